/**
 * The admin port: what `@lab/observe` answers there (/metrics, /healthz, /readyz, /loglevel), and the switches of the faults.
 * Who may break a service is who may reach that port, which is on loopback, or inside of the network of the containers.
 */

import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { adminListener, type Observe } from '@lab/observe'
import { z } from 'zod'
import { readEnvironment, SettingsError } from './environment.ts'
import type { Faults } from './faults.ts'
import { methodNotAllowed, Problem, problemOf } from './problem.ts'

const LARGEST_BODY = 1024

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
  return /^\/(?:metrics|healthz|readyz|loglevel|faults)(?:\/|$)/.test(path)
}

/** Body of `PUT /faults/:name`. */
const faultSwitch = z.object({ enabled: z.boolean() })

/** Listens where `observe()` would; to be used with `admin: false`. Throws a SettingsError where the port is taken. */
export async function serveAdmin(obs: Observe, faults: Faults): Promise<Server> {
  const { OTEL_EXPORTER_PROMETHEUS_HOST: host, OTEL_EXPORTER_PROMETHEUS_PORT: port } = readEnvironment(settings)
  const answer = adminListener(obs)
  const server = createServer((request, response) => {
    const [, room, name] = request.url?.split('?', 1)[0]?.split('/') ?? []
    if (room !== 'faults') return answer(request, response)
    switchFault(faults, name, request).then(
      (states) => send(response, 200, states),
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
  const { enabled } = faultSwitch.parse(JSON.parse(await bodyOf(request)))
  return faults.set(decodeURIComponent(name), enabled)
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) {
    body += chunk
    if (body.length > LARGEST_BODY)
      throw new Problem(413, 'too_large', 'The body is larger than the 1 KiB that are taken.')
  }
  return body
}

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
    .end(JSON.stringify(body))
}
