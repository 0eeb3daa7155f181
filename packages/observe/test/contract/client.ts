/**
 * The contract's client: what it does to a server, written without the version of HTTP. Nothing observes it, so whatever is
 * recorded comes from the server.
 */
import { once } from 'node:events'
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2'
import { open, type RawRequest, type RawResponse, readUntil, sendRequest, wire } from '../raw-client.ts'

export interface Client {
  /** One request on a connection of its own. */
  send(url: string, request: RawRequest): Promise<RawResponse>
  /** One request after another on one connection. */
  series(url: string, requests: RawRequest[]): Promise<RawResponse[]>
  /** Begins a request; `body` is its first part and more may follow. */
  begin(url: string, request: RawRequest): Promise<Conversation>
}

/** A request that is under way. */
export interface Conversation {
  /** Sends the last part of the request and waits until all is answered. */
  finish(rest: string): Promise<void>
  /** Reads until what came matches `pattern`. */
  readUntil(pattern: RegExp): Promise<string>
  /** The connection breaks. */
  goAway(): void
}

export const http1: Client = {
  send: sendRequest,
  async series(url, requests) {
    const socket = await open(url)
    const responses: RawResponse[] = []
    for (const request of requests) {
      socket.write(wire(request))
      const text = await readUntil(socket, /\}/)
      responses.push({ status: Number(/HTTP\/1\.1 (\d{3})/.exec(text)?.[1]), text })
    }
    socket.destroy()
    return responses
  },
  async begin(url, { body = '', headers = {}, ...request }) {
    const socket = await open(url)
    socket.write(wire({ ...request, headers: { connection: 'close', ...headers } }) + body)
    return {
      async finish(rest) {
        socket.write(rest)
        await once(socket.resume(), 'close')
      },
      readUntil: (pattern) => readUntil(socket, pattern),
      goAway: () => void socket.destroy(),
    }
  },
}

export const http2: Client = {
  async send(url, request) {
    const session = await openSession(url)
    const response = await answerOf(send(session, request))
    session.destroy()
    return response
  },
  async series(url, requests) {
    const session = await openSession(url)
    const responses: RawResponse[] = []
    for (const request of requests) responses.push(await answerOf(send(session, request)))
    session.destroy()
    return responses
  },
  async begin(url, { body, ...request }) {
    const session = await openSession(url)
    const stream = start(session, request)
    if (body === undefined) stream.end()
    else stream.write(body)
    return {
      async finish(rest) {
        stream.end(rest)
        await answerOf(stream)
        session.destroy()
      },
      async readUntil(pattern) {
        let text = ''
        while (!pattern.test(text)) text += String((await once(stream, 'data'))[0])
        return text
      },
      goAway: () => session.destroy(),
    }
  },
}

async function openSession(url: string): Promise<ClientHttp2Session> {
  // The certificates of the tests are self-signed.
  const session = connect(url, { rejectUnauthorized: false })
  session.on('error', () => undefined)
  await once(session, 'connect')
  return session
}

function start(session: ClientHttp2Session, { method = 'GET', path, headers = {} }: RawRequest): ClientHttp2Stream {
  const { host, ...rest } = headers
  const authority = host === undefined ? {} : { ':authority': host }
  const stream = session.request({ ':method': method, ':path': path, ...authority, ...rest }, { endStream: false })
  return stream.on('error', () => undefined)
}

function send(session: ClientHttp2Session, request: RawRequest): ClientHttp2Stream {
  return start(session, request).end(request.body)
}

/** What came, in the form of HTTP/1.1; status 0 where the stream was reset before there was one. */
async function answerOf(stream: ClientHttp2Stream): Promise<RawResponse> {
  let status = 0
  let text = ''
  stream.on('response', (headers) => {
    status = Number(headers[':status'])
    text = 'HTTP/2\r\n\r\n'
  })
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1')
  })
  if (!stream.closed) await new Promise((resolve) => stream.once('close', resolve))
  return { status, text }
}
