/**
 * The services behind the gateway, played by real HTTP servers. A test says what each path answers and sees what was
 * asked; everything between is sockets.
 */

import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { UpstreamName } from '../src/upstreams/upstream.ts'

export interface ReceivedRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
}

/** What a peer does with a request: a status with a JSON body and headers, or anything else with the response itself. */
export type Reaction = Reply | ((request: ReceivedRequest, response: ServerResponse) => Reply | undefined)

export interface Reply {
  readonly status?: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface Peer {
  readonly url: string
  readonly requests: ReceivedRequest[]
  /** The reactions to a path such as `GET /products`, one after the other; the last one stays. */
  on(route: string, ...reactions: [Reaction, ...Reaction[]]): void
  close(): Promise<void>
}

async function startPeer(): Promise<Peer> {
  const routes = new Map<string, [Reaction, ...Reaction[]]>()
  const requests: ReceivedRequest[] = []
  const server = createServer(async (incoming, response) => {
    const request = await receive(incoming)
    requests.push(request)
    const reactions = routes.get(`${request.method} ${request.path}`)
    const reaction = reactions?.length === 1 ? reactions[0] : reactions?.shift()
    const reply = typeof reaction === 'function' ? reaction(request, response) : (reaction ?? nothingHere)
    if (reply) send(response, reply)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error(`Expected a TCP address, got ${address}.`)
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    on: (route, ...reactions) => void routes.set(route, reactions),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const nothingHere: Reply = { status: 404, body: { error: { code: 'not_found', message: 'There is nothing here.' } } }

async function receive(incoming: IncomingMessage): Promise<ReceivedRequest> {
  let text = ''
  for await (const chunk of incoming) text += chunk
  const { method = 'GET', url = '/', headers } = incoming
  return { method, path: url, headers, body: text === '' ? undefined : JSON.parse(text) }
}

function send(response: ServerResponse, { status = 200, body, headers = {} }: Reply): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
}

export type Peers = Readonly<Record<UpstreamName, Peer>>

export async function startPeers(): Promise<Peers> {
  const [orders, inventory, payments, notifier] = await Promise.all([
    startPeer(),
    startPeer(),
    startPeer(),
    startPeer(),
  ])
  return { orders, inventory, payments, notifier }
}

export function urlsOf({ orders, inventory, payments, notifier }: Peers): Record<UpstreamName, string> {
  return { orders: orders.url, inventory: inventory.url, payments: payments.url, notifier: notifier.url }
}

export async function closePeers(peers: Peers): Promise<void> {
  await Promise.all(Object.values(peers).map((peer) => peer.close()))
}
