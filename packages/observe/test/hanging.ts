/**
 * A backend that takes connections and never answers.
 */
import { createServer, type Server, type Socket } from 'node:net'
import { listening } from '@lab/test-kit/server'

export async function startHanging(): Promise<{ backend: Server; url: string }> {
  const sockets = new Set<Socket>()
  const backend = createServer((socket) => sockets.add(socket.on('error', () => undefined).resume()))
  return { backend, url: await listening(backend) }
}
