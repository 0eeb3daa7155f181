/**
 * Ports for what a test starts. A port that a system gave out and took back may belong to another process by the time a
 * program opens it, so these lie below the range that systems give out, and each stays reserved while its test process lives.
 */

import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import getPort from 'get-port'

const LOWEST = 20_000
const HIGHEST = 32_000

/** Returns a port that has no listener and that no other caller gets while this process lives. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST))
    if ((await reserve(port)) && (await getPort({ port })) === port) return port
  }
}

/** Binds the same number for UDP: the system lets one process do that, and ends it with the process. */
async function reserve(port: number): Promise<boolean> {
  const socket = createSocket('udp4')
  socket.bind({ port, address: '127.0.0.1', exclusive: true })
  try {
    await once(socket, 'listening')
  } catch {
    return false
  }
  socket.unref()
  return true
}
