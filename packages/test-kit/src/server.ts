/**
 * Opening and closing the servers of a test, each on a free port of the loopback interface.
 */

import { once } from 'node:events'
import type { Server } from 'node:net'

/** Listens on a free port and returns the address, such as `http://127.0.0.1:41234`. */
export async function listening(server: Server, scheme: 'http' | 'https' | 'tcp' = 'http'): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `${scheme}://127.0.0.1:${portOf(server)}`
}

/** Port of a server that listens. */
export function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error(`Expected a TCP address, got ${address}.`)
  return address.port
}

/** Closes a server with all its connections. */
export async function closed(server: Server): Promise<void> {
  closeConnections(server)
  await new Promise((resolve) => server.close(resolve))
}

/** Servers of `node:http` have a method for it; sessions of HTTP/2 end with their clients. */
export function closeConnections(server: Server): void {
  if ('closeAllConnections' in server && typeof server.closeAllConnections === 'function') server.closeAllConnections()
}
