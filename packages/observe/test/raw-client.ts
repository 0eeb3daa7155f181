/**
 * HTTP/1.1 over a socket of one's own, for what an HTTP client would hide or forbid: broken requests, pipelining, going away in
 * the middle. Nothing observes it, so whatever is recorded comes from the server.
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

export interface RawRequest {
  method?: string
  path: string
  headers?: Record<string, string>
  body?: string
}

export interface RawResponse {
  status: number
  /** Head and body as they came. */
  text: string
}

/** A connected socket. */
export async function open(url: string): Promise<Socket> {
  const { protocol, hostname, port } = new URL(url)
  const secure = protocol === 'https:'
  // The certificates of the tests are self-signed.
  const socket = secure
    ? connectTls({ port: Number(port), host: hostname, rejectUnauthorized: false })
    : connect(Number(port), hostname)
  // A reset is one of the ways to go away; the tests look at the server.
  socket.on('error', () => undefined)
  await once(socket, secure ? 'secureConnect' : 'connect')
  return socket.setEncoding('latin1')
}

/** The request as it stands on the wire. */
export function wire({ method = 'GET', path, headers = {}, body = '' }: RawRequest): string {
  const all = {
    host: 'localhost',
    ...(body === '' ? {} : { 'content-length': `${Buffer.byteLength(body)}` }),
    ...headers,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`
}

/** One request on a connection of its own. */
export async function sendRequest(url: string, request: RawRequest): Promise<RawResponse> {
  return send(url, wire({ ...request, headers: { connection: 'close', ...request.headers } }))
}

/** Sends `bytes` and reads until the server closes. */
export async function send(url: string, bytes: string): Promise<RawResponse> {
  const socket = await open(url)
  let text = ''
  socket.on('data', (chunk: string) => {
    text += chunk
  })
  socket.write(bytes)
  await once(socket, 'close')
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]), text }
}

/** Reads from `socket` until what came matches `pattern`. */
export async function readUntil(socket: Socket, pattern: RegExp): Promise<string> {
  let text = ''
  while (!pattern.test(text)) {
    const [chunk]: unknown[] = await once(socket, 'data')
    text += String(chunk)
  }
  return text
}

/**
 * Sends the requests of `head` one behind the other on one connection; resolves with the number of answers when all are
 * answered or the server has gone away.
 */
export async function pipeline(url: string, count: number, head: (index: number) => string): Promise<number> {
  const socket = await open(url)
  const status = 'HTTP/1.1 200'
  let answered = 0
  // A status line may be cut in two.
  let rest = ''
  const batch = 500
  const send = (from: number): void => {
    if (from >= count) return
    let text = ''
    for (let index = from; index < Math.min(from + batch, count); index += 1) text += head(index)
    socket.write(text, () => send(from + batch))
  }
  send(0)
  await new Promise<void>((resolve) => {
    socket.on('close', resolve)
    socket.on('data', (data) => {
      const text = rest + String(data)
      answered += text.split(status).length - 1
      rest = text.slice(1 - status.length)
      if (answered >= count) resolve()
    })
  })
  socket.destroy()
  return answered
}
