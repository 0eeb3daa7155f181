/**
 * The admin port: what `@lab/observe` answers there (/metrics, /healthz, /readyz, /loglevel), the switches of the faults, and what a service
 * takes from programs that operate the shop.
 * Who may break a service is who may reach that port, which is on loopback, or inside of the network of the containers.
 */

import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { adminListener, type Observe } from '@lab/observe'
import { z } from 'zod'
import { readEnvironment, SettingsError } from './environment.ts'
import type { Faults } from './faults.ts'
import { methodNotAllowed, Problem, problemOf } from './problem.ts'

/** Bytes of the body of a switch. */
const LARGEST_SWITCH = 1024

const settings = z.object({
  OTEL_EXPORTER_PROMETHEUS_HOST: z.string().min(1).default('localhost'),
  OTEL_EXPORTER_PROMETHEUS_PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'expected a port, 0 to 65535')
    .transform(Number)
    .default(9464),
})

/** What the admin port answers is no request of the service's users: for the option `ignore`. */
export function isAdminPath(path: string): boolean {
  return /^\/(?:metrics|healthz|readyz|loglevel|faults|notifications)(?:\/|$)/.test(path)
}

/** Body of `PUT /faults/:name`. */
const faultSwitch = z.object({ enabled: z.boolean() })

/** What a service takes at `POST /notifications`; the answer is a 204. */
export interface NotificationReceiver {
  /** Bytes of a body. */
  readonly largestBody: number
  take(body: unknown): void
}

interface AdminOptions {
  readonly faults: Faults
  readonly notifications?: NotificationReceiver | undefined
}

/** Listens where `observe()` would; to be used with `admin: false`. Throws a SettingsError where the port is taken. */
export async function serveAdmin(obs: Observe, { faults, notifications }: AdminOptions): Promise<Server> {
  const { OTEL_EXPORTER_PROMETHEUS_HOST: host, OTEL_EXPORTER_PROMETHEUS_PORT: port } = readEnvironment(settings)
  const answer = adminListener(obs)
  const server = createServer((request, response) => {
    const [, room, name] = request.url?.split('?', 1)[0]?.split('/') ?? []
    let answering: Promise<unknown>
    if (room === 'faults') answering = switchFault(faults, name, request)
    else if (room === 'notifications' && notifications) answering = takeNotification(notifications, request)
    else return answer(request, response)
    answering.then(
      (body) => send(response, body === undefined ? 204 : 200, body),
      (error) => {
        const problem = problemOf(error)
        send(response, problem.status, problem, problem.headers)
      },
    )
  })
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const variables = 'OTEL_EXPORTER_PROMETHEUS_PORT and OTEL_EXPORTER_PROMETHEUS_HOST'
    throw new SettingsError(`Cannot listen for scrapes on ${host}:${port}: ${reason}. ${variables} choose another.`, {
      cause,
    })
  }
  server.unref()
  return server
}

async function switchFault(faults: Faults, name: string | undefined, request: IncomingMessage): Promise<unknown> {
  const { method = '', url = '' } = request
  if (name === undefined) {
    if (method !== 'GET') throw methodNotAllowed(method, url, ['GET'])
    return faults.list()
  }
  if (method !== 'PUT') throw methodNotAllowed(method, url, ['PUT'])
  const { enabled } = faultSwitch.parse(JSON.parse(await bodyOf(request, LARGEST_SWITCH)))
  return faults.set(decodeURIComponent(name), enabled)
}

async function takeNotification(receiver: NotificationReceiver, request: IncomingMessage): Promise<undefined> {
  const { method = '', url = '' } = request
  if (method !== 'POST') throw methodNotAllowed(method, url, ['POST'])
  receiver.take(JSON.parse(await bodyOf(request, receiver.largestBody)))
}

async function bodyOf(request: IncomingMessage, largest: number): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    chunks.push(chunk)
    size += chunk.length
    if (size > largest)
      throw new Problem(413, 'too_large', `The body is larger than the ${largest} bytes that are taken.`)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
    .end(body === undefined ? undefined : JSON.stringify(body))
}
