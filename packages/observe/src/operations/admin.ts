/**
 * The admin routes of a service: /metrics, /healthz (the process runs), /readyz (it can serve) and /loglevel (read it, or
 * change it without a restart). They have a port of their own, so that the public never reaches them.
 */
import cluster from 'node:cluster'
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { Logger } from 'pino'
import { InternalPart } from '../context/internal-part.ts'
import { leaveUnobserved } from '../server/unobserved.ts'
import type { Readiness } from './health/health.ts'
import { refusalOf } from './local-caller.ts'

/** Characters of a scraper's name that are kept. */
const MAX_READER = 100

export interface AdminSources {
  log: Logger
  /** @param reader who scrapes, so that two scrapers each have their own interval */
  scrape(accept: string | undefined, reader: string): Promise<Exposed>
  ready(): Promise<Readiness>
  /** @param level one of the log's levels */
  setLevel(level: string): void
}

/** What answers the admin routes of an `Observe`. */
export const adminPart = new InternalPart<AdminSources>('admin')

/** The metrics as text, in slices: it may be long. */
export interface Exposed {
  contentType: string
  slices: AsyncIterable<string>
}

/** The routes as a request listener, to be mounted on a server of the user's own. */
export function adminRoutes(sources: AdminSources): RequestListener {
  return function answerAdmin(request, response) {
    route(sources, request, response).catch((error: unknown) => {
      // The client has disconnected.
      if (response.destroyed) return
      sources.log.error({ err: error }, 'an admin request failed')
      if (response.headersSent) response.destroy()
      else send(response, 500, 'text/plain', 'The request failed; see the log for the cause.\n')
    })
  }
}

async function route(sources: AdminSources, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url?.split('?', 1)[0]
  if (path === '/loglevel') return logLevel(sources, request, response)
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return send(response, 405, 'text/plain', 'Use GET.\n', { allow: 'GET, HEAD' })
  }
  switch (path) {
    case '/metrics': {
      const { contentType, slices } = await sources.scrape(request.headers.accept, readerOf(request))
      response.writeHead(200, headersOf(contentType))
      if (request.method === 'HEAD') return void response.end()
      return await pipeline(slices, response)
    }
    case '/healthz':
      return send(response, 200, 'application/json', '{"status":"ok"}\n')
    case '/readyz': {
      const { ready, checks } = await sources.ready()
      const body = `${JSON.stringify({ status: ready ? 'ready' : 'not ready', checks })}\n`
      return send(response, ready ? 200 : 503, 'application/json', body)
    }
    default:
      return send(response, 404, 'text/plain', 'Here are /metrics, /healthz, /readyz and /loglevel.\n')
  }
}

/** A scraper by its address and name: two on one host, and a person next to them, each have their own interval. */
function readerOf({ socket, headers }: IncomingMessage): string {
  return `${socket.remoteAddress} ${headers['user-agent']?.slice(0, MAX_READER) ?? ''}`
}

/** GET returns the level; PUT sets the one in its body. */
async function logLevel(sources: AdminSources, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { log } = sources
  if (request.method === 'GET') return send(response, 200, 'text/plain', `${log.level}\n`)
  if (request.method !== 'PUT') return send(response, 405, 'text/plain', 'Use GET or PUT.\n', { allow: 'GET, PUT' })
  const refusal = refusalOf(request.headers)
  if (refusal !== undefined) return send(response, 403, 'text/plain', `${refusal}\n`)
  let level = ''
  for await (const chunk of request) {
    level += chunk
    if (level.length > 100) break
  }
  level = level.trim()
  if (level !== 'silent' && !Object.hasOwn(log.levels.values, level)) {
    const known = [...Object.keys(log.levels.values), 'silent'].join(', ')
    return send(response, 400, 'text/plain', `"${level}" is not a level. Use one of ${known}.\n`)
  }
  sources.setLevel(level)
  return send(response, 200, 'text/plain', `${level}\n`)
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { ...headersOf(type), ...headers })
  response.end(body)
}

function headersOf(type: string): Record<string, string> {
  return { 'content-type': type, 'x-content-type-options': 'nosniff' }
}

const ONE_WORKER =
  'answers /metrics, /readyz and /loglevel for a single worker, the one that gets the connection, so that counters jump: ' +
  'the workers of a cluster share the port, and their primary process does not observe. Call observe() in the primary ' +
  'process before it forks, or start it with node --import @lab/observe/auto.'

/** Time in milliseconds that workers have to close a port that they opened before their primary process observed. */
const HANDOVER_MS = 2000
const RETRY_MS = 50
/** Time in milliseconds after which a connection is closed on which nothing moves; checks take 3 s at most. */
const IDLE_MS = 30_000

/** A server for the routes. It does not keep the process alive; a taken port is a log line, not a crash. */
export class AdminServer {
  readonly #server: Server
  #closed = false

  constructor(sources: AdminSources, { host, port }: { host: string; port: number }) {
    // Not imported, for the reason in otlp-http.ts.
    this.#server = process.getBuiltinModule('node:http').createServer(adminRoutes(sources))
    leaveUnobserved(this.#server)
    this.#server.unref()
    // A client that does not read holds the text of its scrape.
    this.#server.timeout = IDLE_MS
    // A scrape or probe that keeps its connection must not keep the process.
    this.#server.on('connection', (socket) => socket.unref())
    const { log } = sources
    this.#server.on('listening', () => {
      // In a worker 'listening' may fire after close(): the primary process opens the port.
      if (this.#closed) return void this.#server.close()
      log.debug({ address: this.#server.address() }, 'the admin server listens')
      if (cluster.isWorker) log.warn(`${host}:${port} ${ONE_WORKER}`)
    })
    this.#server.on('error', (error: NodeJS.ErrnoException) => {
      if (this.#closed) return
      if (error.code === 'EADDRINUSE' && hasWorkers() && performance.now() < handoverEndMs) {
        return void setTimeout(listen, RETRY_MS).unref()
      }
      const reason = error.code === 'EADDRINUSE' ? 'the port is taken' : error.message
      log.error(
        `no /metrics on ${host}:${port}: ${reason}. The service goes on without it. ` +
          'Set OTEL_EXPORTER_PROMETHEUS_PORT (0 for any free port) or the option admin.port.',
      )
    })
    const listen = (): void => {
      if (!this.#closed) this.#server.listen(port, host)
    }
    const handoverEndMs = performance.now() + HANDOVER_MS
    listen()
  }

  close(): void {
    this.#closed = true
    this.#server.close()
    this.#server.closeAllConnections()
  }
}

function hasWorkers(): boolean {
  return Object.keys(cluster.workers ?? {}).length > 0
}
