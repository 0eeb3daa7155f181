/**
 * Reads the body of an export: bounded in size before and after decompression, so that neither a huge body nor a small one that
 * unpacks to a huge one can exhaust memory.
 */

import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'

/** Largest body as sent, and largest once unpacked. Exporters send at most a few hundred kilobytes. */
const mostSent = 16_000_000
const mostUnpacked = 32_000_000
const ordinary = 100_000

/** Why a body was not taken, with the status to answer. */
export class Refused extends Error {
  readonly status: 400 | 413 | 415

  constructor(message: string, options: ErrorOptions & { status: 400 | 413 | 415 }) {
    super(message, options)
    this.status = options.status
  }
}

const unpackers = { gzip: promisify(gunzip), deflate: promisify(inflate), br: promisify(brotliDecompress) }

/** Rejects with `Refused`. */
export async function bodyOf(request: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  if (encoding !== 'identity' && encoding !== 'gzip' && encoding !== 'deflate' && encoding !== 'br') {
    throw new Refused(`Content-Encoding ${JSON.stringify(encoding)} is not known. Send gzip, deflate, br or none.`, {
      status: 415,
    })
  }
  const sent = await read(request)
  if (encoding === 'identity') return sent
  try {
    const unpacked = await unpackers[encoding](sent, { maxOutputLength: mostUnpacked })
    return new Uint8Array(unpacked)
  } catch (cause) {
    if (cause instanceof RangeError) {
      throw new Refused(`The body unpacks to more than ${mostUnpacked / 1e6} MB. Send smaller batches.`, {
        cause,
        status: 413,
      })
    }
    throw new Refused(`The body is not ${encoding}, as Content-Encoding says.`, { cause, status: 400 })
  }
}

/** Bytes that the body is going to take, as far as it says: one that is sent in pieces counts as an ordinary export. */
export function sizeOf(request: IncomingMessage): number {
  const { 'content-length': length } = request.headers
  return length === undefined ? ordinary : Math.min(Number(length), mostSent)
}

/** Reads a body to its end and keeps nothing of it. */
export async function discard(request: IncomingMessage): Promise<void> {
  let length = 0
  for await (const chunk of request) {
    length += chunk.length
    if (length > mostSent) return
  }
}

async function read(request: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = `The body is larger than ${mostSent / 1e6} MB. Send smaller batches.`
  if (Number(request.headers['content-length'] ?? 0) > mostSent) throw new Refused(tooLarge, { status: 413 })
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    length += chunk.length
    if (length > mostSent) throw new Refused(tooLarge, { status: 413 })
    chunks.push(chunk)
  }
  // A buffer of its own, not a piece of Node's pool, so that it can be moved to the writer's thread.
  const body = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    body.set(chunk, at)
    at += chunk.length
  }
  return body
}
