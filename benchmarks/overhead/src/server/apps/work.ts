/**
 * What real requests do besides answering: they query, call, write log lines, count, and have spans of their own. Fastify,
 * whose own cost is small next to it.
 */
import { once } from 'node:events'
import { Agent, type IncomingMessage, request, type Server } from 'node:http'
import fastify from 'fastify'
import pg from 'pg'
import { TEMPLATE, type Tools, user } from './app.ts'

/** Set by the benchmark: an empty PostgreSQL, and a service on the other core that answers a small JSON document. */
const { BENCH_POSTGRES: database, BENCH_STUB: stub = '' } = process.env

type Work = (id: string) => Promise<unknown> | unknown

const agent = new Agent({ keepAlive: true })

export async function startQuery(tools: Tools): Promise<Server> {
  return start(tools, await queryOf(tools))
}

export function startCall(tools: Tools): Promise<Server> {
  return start(tools, callByFetch)
}

export function startRequest(tools: Tools): Promise<Server> {
  return start(tools, callByHttp)
}

export function startLogs(tools: Tools): Promise<Server> {
  return start(tools, (id) => writeLines(tools, id))
}

/** A query, a call, three lines, a counter and a span. */
export async function startReal(tools: Tools): Promise<Server> {
  const query = await queryOf(tools)
  return start(tools, (id) =>
    tools.span('prepare user', async () => {
      await query(id)
      await callByFetch()
      writeLines(tools, id)
      tools.count({ tier: 'gold' })
    }),
  )
}

async function start({ middleware }: Tools, work: Work): Promise<Server> {
  const app = fastify()
  if (middleware !== undefined) {
    app.addHook('onRequest', (request, reply, next) => {
      middleware(request.raw, reply.raw, () => request.routeOptions.url)
      next()
    })
  }
  app.get<{ Params: { id: string } }>(TEMPLATE, async ({ params: { id } }) => {
    await work(id)
    return user(id)
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return app.server
}

async function queryOf({ obs }: Tools): Promise<Work> {
  const pool = new pg.Pool({ connectionString: database, max: 10 })
  if (obs !== undefined) (await import('@lab/observe/pg')).observePg(obs, pool)
  return (id) => pool.query('select $1::text as id, now() as seen', [id])
}

async function callByFetch(): Promise<unknown> {
  const response = await fetch(`${stub}/stock/42`)
  return response.json()
}

async function callByHttp(): Promise<unknown> {
  const call = request(`${stub}/stock/42`, { agent })
  call.end()
  const [response]: [IncomingMessage] = (await once(call, 'response')) as [IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  return JSON.parse(Buffer.concat(chunks).toString())
}

function writeLines({ log }: Tools, id: string): void {
  log.info({ user: id, items: 3 }, 'basket opened')
  log.info({ user: id, total: { cents: 1299, currency: 'EUR' } }, 'total calculated')
  log.info({ user: id, step: 'payment', attempt: 1 }, 'payment begins')
}
