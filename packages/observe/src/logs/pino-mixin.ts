/**
 * What a pino of the user's own needs to have its lines linked to traces.
 */
import { activeContext } from '../context/context.ts'
import { traceFields } from './trace-fields.ts'

/**
 * `trace_id`, `span_id` and `trace_flags` of the active span, for a pino of your own or of your framework: Fastify's takes
 * the same options. Nothing outside of a span.
 *
 * @example
 *     const log = pino({ mixin: pinoMixin })
 *     const app = Fastify({ logger: { mixin: pinoMixin } })
 */
export function pinoMixin(): Record<string, string> {
  return traceFields(activeContext())
}
