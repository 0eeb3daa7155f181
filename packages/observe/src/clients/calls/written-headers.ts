/**
 * Headers of a request of `node:http` that were written before it was published: those given as an array, and those with
 * `Expect: 100-continue`. They wait as text until the socket is there, so that one more can still be put among them.
 */
import type { ClientRequest } from 'node:http'

const END = '\r\n\r\n'

/** Adds a header; one of that name that the caller set is kept. Does nothing where the text is not what Node.js is known to keep. */
export function addWrittenHeader(request: ClientRequest, name: string, value: string): void {
  const text: unknown = Reflect.get(request, '_header')
  if (typeof text !== 'string' || !text.endsWith(END) || text.toLowerCase().includes(`\r\n${name}:`)) return
  const added = `${text.slice(0, -END.length)}\r\n${name}: ${value}${END}`
  if (Reflect.get(request, '_headerSent') !== true) {
    Reflect.set(request, '_header', added)
    return
  }
  const waiting: unknown = Reflect.get(request, 'outputData')
  const [first]: unknown[] = Array.isArray(waiting) ? waiting : []
  if (typeof first !== 'object' || first === null || !('data' in first) || typeof first.data !== 'string') return
  if (!first.data.startsWith(text)) return
  first.data = added + first.data.slice(text.length)
  Reflect.set(request, '_header', added)
}
