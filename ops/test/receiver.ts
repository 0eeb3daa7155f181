/**
 * Takes what is posted: in the place of the notifier, which takes alerts, and of the console, which takes OTLP.
 */

import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { buffer } from 'node:stream/consumers'

export interface Received {
  readonly path: string
  readonly body: Buffer
}

export class Receiver {
  readonly url: string
  readonly received: Received[] = []
  readonly #server: Server

  private constructor(server: Server, port: number) {
    this.#server = server
    this.url = `http://127.0.0.1:${port}`
    server.on('request', async (request, response) => {
      this.received.push({ path: request.url ?? '', body: await buffer(request) })
      response.end()
    })
  }

  static async listen(): Promise<Receiver> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (typeof address !== 'object' || !address) throw new TypeError('The receiver listens on no port.')
    return new Receiver(server, address.port)
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
