/**
 * Puts the console together: the data folder and its lock, the writer's thread, OTLP in, the page and its queries out.
 *
 *     const console = await startConsole({ port: 4300, otlpPort: 4318, host: '127.0.0.1', data, retention })
 */

import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Answers, answersOf } from './api/answers.ts'
import { Live } from './api/live.ts'
import { createApiServer } from './api/server.ts'
import type { Status } from './contract/contract.ts'
import { type Guard, isLoopbackName } from './http/guard.ts'
import { closeServer, listen, urlOf } from './http/listen.ts'
import { queryInProcess } from './reader.ts'
import { createGrpcReceiver } from './receiver/grpc.ts'
import { createReceiver } from './receiver/receiver.ts'
import { Refusals } from './receiver/refusals.ts'
import { startScraping } from './scrape/scrape.ts'
import { Folder } from './store/segments/folder.ts'
import type { Retention } from './store/segments/retention.ts'
import { Segments } from './store/segments/segments.ts'
import { startIngest } from './store/writer/ingest.ts'

export interface ConsoleOptions {
  /** Of the page; 0 takes any free one. */
  port: number
  /** Of OTLP over HTTP; 0 takes any free one. */
  otlpPort: number
  /** Of OTLP over gRPC; 0 takes any free one, and without it there is none. A port that is taken leaves gRPC out. */
  grpcPort?: number | undefined
  /** Addresses of `/metrics` pages to read every ten seconds. */
  scrape?: readonly string[]
  /** An address beyond loopback makes a token necessary. */
  host: string
  /** Names under which the console is called without the token, such as `host.docker.internal`. */
  allowedHosts?: readonly string[]
  /** Origins whose pages may send telemetry without the token, such as `http://localhost:5173`; `*` for all. */
  allowedOrigins?: readonly string[]
  /** Answers coding agents at `/mcp` beyond loopback too, with the token; on loopback it always does. */
  mcp?: boolean
  /** The data folder; it is created where it is not there. */
  data: string
  retention: Retention
  /** Receives a message for each problem while the console runs. */
  onProblem?: (message: string) => void
}

export interface Console {
  /** Of the page, with the token where one is needed. */
  url: string
  otlpUrl: string
  /** Null where OTLP over gRPC is not taken. */
  grpcUrl: string | null
  token: string | null
  /** Rejects if the console cannot go on. */
  failed: Promise<never>
  /** Takes no more, writes what it has, and lets go of the data folder. */
  close(): Promise<void>
}

const REFRESH_EVERY = 5000

/** Rejects with a message that says what to do: a port in use, a data folder in use or of another version. */
export async function startConsole(options: ConsoleOptions): Promise<Console> {
  const { data, retention, host, onProblem = () => undefined } = options
  const folder = new Folder(data)
  const undo: (() => void | Promise<void>)[] = [() => folder.release()]
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step()
  }
  try {
    const ingest = await startIngest(data, retention)
    undo.push(() => ingest.close())
    const segments = new Segments(data, retention, onProblem)
    undo.push(() => segments.close())
    const live = new Live(segments, ingest)
    const refresh = setInterval(() => segments.refresh(), REFRESH_EVERY)
    ingest.on('restarted', ({ message }) => onProblem(`The writer was started again: ${message}`))
    ingest.on('segment', () => segments.refresh())
    undo.push(() => clearInterval(refresh))
    const guard = guardFor(options)
    const refusals = new Refusals()
    const onRefused = (reason: string, count: number) => refusals.add(reason, count)
    const receiver = createReceiver({ guard, ingest, onRefused })
    let grpcUrl: string | null = null
    const onFailed = (error: unknown) =>
      onProblem(error instanceof Error ? (error.stack ?? error.message) : String(error))
    const status = (): Status => ({
      version,
      otlp: urlOf(receiver, host),
      grpc: grpcUrl,
      token: guard.token,
      stored: segments.totals(),
      retention,
      refused: refusals.list(),
      now: Date.now(),
    })
    const answers = answersOf(segments, status)
    // Agents beyond this machine read telemetry only where the user says so.
    const mcp = guard.token === null || options.mcp ? agentsOf(answers) : null
    const api = createApiServer({ guard, answers, live, mcp, webFolder, onFailed })
    await open(receiver, options.otlpPort, host, '--otlp-port', undo)
    await open(api, options.port, host, '--port', undo)
    if (options.grpcPort !== undefined) {
      const grpc = createGrpcReceiver({ guard, ingest, onRefused }, receiver)
      try {
        await listen(grpc.server, options.grpcPort, host, '--grpc-port')
        undo.push(() => grpc.close())
        grpcUrl = urlOf(grpc.server, host)
      } catch (error) {
        const reason = `OTLP over gRPC is off: ${error instanceof Error ? error.message : error} Or let senders use http/protobuf.`
        onRefused(reason, 1)
        onProblem(reason)
      }
    }
    if (options.scrape?.length) undo.push(await startScraping({ urls: options.scrape, ingest, onRefused }))
    undo.push(() => live.close())
    const url = urlOf(api, host)
    folder.announce({ pid: process.pid, url })
    const failed = new Promise<never>((_, reject) => ingest.on('died', reject))
    return {
      url: guard.token ? `${url}/?token=${guard.token}` : url,
      otlpUrl: urlOf(receiver, host),
      grpcUrl,
      token: guard.token,
      failed,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

const webFolder = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../dist/web' : './web', import.meta.url))

export const version: string = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version

/** The protocol is loaded with the first request of an agent: most consoles never get one. */
function agentsOf(answers: Answers): (request: Request) => Promise<Response> {
  const runQuery = queryInProcess(answers)
  let handler: Promise<(request: Request) => Promise<Response>> | undefined
  return async function answerAgent(request) {
    handler ??= import('./mcp/mcp.ts').then(({ mcpHandler }) => mcpHandler(runQuery, version))
    return (await handler)(request)
  }
}

async function open(
  server: Server,
  port: number,
  host: string,
  option: string,
  undo: (() => void | Promise<void>)[],
): Promise<void> {
  await listen(server, port, host, option)
  undo.push(() => closeServer(server))
}

function guardFor({ host, data, allowedHosts = [], allowedOrigins = [] }: ConsoleOptions): Guard {
  const own = isLoopbackName(host) ? [] : [host, hostname()]
  return {
    token: isLoopbackName(host) ? null : tokenOf(data),
    names: new Set([...own, ...allowedHosts].map((name) => name.toLowerCase())),
    origins: new Set(allowedOrigins),
  }
}

/** Kept in the data folder, so that senders keep working after a restart. */
function tokenOf(data: string): string {
  const file = join(data, 'token')
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 })
  return readFileSync(file, 'utf8').trim()
}
