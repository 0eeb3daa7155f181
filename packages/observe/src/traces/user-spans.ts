/**
 * `obs.span()`: runs a function in a span of its own, sync or async, and records what it throws.
 */
import { type Context, type Link, type Span, SpanStatusCode, trace } from '@opentelemetry/api'
import { contextFrom, linksTo } from '../context/carrier.ts'
import { activeContext, withContext } from '../context/context.ts'
import { asError, fieldOf, safeText } from '../conventions/thrown.ts'
import type { SpanOptions } from '../types.ts'
import { nameOf } from './span-values.ts'
import type { Traces } from './traces.ts'

/** Without traces `fn` just runs. */
export function runInSpan<T>(traces: Traces | undefined, name: string, options: SpanOptions, fn: () => T): T {
  if (traces === undefined) return fn()
  const { context, links } = originOf(options)
  // The tracer judges them.
  const settings: object = { links, attributes: fieldOf(options, 'attributes'), kind: fieldOf(options, 'kind') }
  const span = traces.tracer.startSpan(nameOf(name), settings, context)
  return withContext(trace.setSpan(context, span), () => settle(span, fn))
}

/** Where the span belongs: under the active one, under the sender of a message, or in a trace of its own that links to others. */
function originOf(options: SpanOptions): { context: Context; links: Link[] } {
  const parent = fieldOf(options, 'parent')
  const links = fieldOf(options, 'links')
  const linked = links === undefined ? [] : linksTo(links)
  if (parent !== undefined && parent !== null) return { context: contextFrom(parent), links: linked }
  return { context: links === undefined ? activeContext() : trace.deleteSpan(activeContext()), links: linked }
}

function settle<T>(span: Span, fn: () => T): T {
  let result: T
  try {
    result = fn()
  } catch (error) {
    fail(span, error)
    throw error
  }
  if (!isThenable(result)) {
    span.end()
    return result
  }
  return result.then(
    (value) => {
      span.end()
      return value
    },
    (error: unknown) => {
      fail(span, error)
      throw error
    },
  ) as T
}

function isThenable(value: unknown): value is Promise<unknown> {
  return typeof fieldOf(value, 'then') === 'function'
}

function fail(span: Span, error: unknown): void {
  span.recordException(typeof error === 'string' ? error : asError(error))
  span.setStatus({ code: SpanStatusCode.ERROR, message: safeText(error) })
  span.end()
}
