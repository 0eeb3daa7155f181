/**
 * Opening and closing the servers of a test.
 */
import { once } from 'node:events'
import type { AddressInfo, Server } from 'node:net'

/** Listens on a free port of the loopback interface. */
export async function listening(server: Server, scheme: 'http' | 'https' = 'http'): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Closes a server with all its connections. */
export async function closed(server: Server): Promise<void> {
  closeConnections(server)
  await new Promise((resolve) => server.close(resolve))
}

/** Those of `node:http` have a method for it; sessions of HTTP/2 end with their clients. */
export function closeConnections(server: Server): void {
  if ('closeAllConnections' in server && typeof server.closeAllConnections === 'function') server.closeAllConnections()
}
