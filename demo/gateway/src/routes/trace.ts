/**
 * From a trace id to the page that shows the trace, wherever that is: the console, Jaeger or another backend.
 */

import type { FastifyInstance } from 'fastify'
import { z } from 'zod'

const traceIdSchema = z.string().regex(/^[0-9a-f]{32}$/, 'a trace id has 32 hexadecimal digits')

/** @param tracePage address of a trace's page, with `{id}` in the place of its id */
export function serveTrace(app: FastifyInstance, tracePage: string): void {
  app.get<{ Params: { id: string } }>('/traces/:id', ({ params }, reply) =>
    reply.redirect(tracePage.replace('{id}', traceIdSchema.parse(params.id))),
  )
}
