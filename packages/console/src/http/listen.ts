/**
 * Servers that say what is wrong when they cannot listen, and that close without waiting for idle connections.
 */

import { once } from 'node:events'
import type { Server as HttpServer } from 'node:http'
import { isIPv6, type Server } from 'node:net'

/** Rejects with a message that names the port and the option that moves it. */
export async function listen(server: Server, port: number, host: string, option: string): Promise<void> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    throw new Error(
      advice[String(code)]?.(port, host, option) ?? `Cannot listen on ${host}:${port} (${option}): ${cause}`,
      { cause },
    )
  }
}

const advice: Record<string, (port: number, host: string, option: string) => string> = {
  EADDRINUSE: (port, host, option) =>
    `Port ${port} on ${host} is in use by another program. Stop that one, or start with ${option} ${port + 1}.`,
  EACCES: (port, _host, option) =>
    `Port ${port} needs more rights than this user has. Start with ${option} and a port above 1023.`,
  EADDRNOTAVAIL: (_port, host) =>
    `${host} is not an address of this machine. Start with --host and one that is, such as 0.0.0.0.`,
  ENOTFOUND: (_port, host) => `${host} is not a known name. Start with --host and an address of this machine.`,
}

/** Connections that wait for their next request are dropped; running ones get a second to end. */
export async function closeServer(server: HttpServer): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeIdleConnections()
  const late = setTimeout(() => server.closeAllConnections(), 1000)
  await closed
  clearTimeout(late)
}

/** Where a listening server is reached from this machine. */
export function urlOf(server: Server, host: string): string {
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return `http://${isIPv6(name) ? `[${name}]` : name}:${port}`
}
