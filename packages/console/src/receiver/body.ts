/**
 * Reads the body of an export: bounded in size before and after decompression, so that neither a huge body nor a small one that
 * unpacks to a huge one can exhaust memory.
 */

import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'

/** Largest body as sent, and largest once unpacked. Exporters send at most a few hundred kilobytes. */
const MOST_SENT = 16_000_000
const MOST_UNPACKED = 32_000_000

/** Why a body was not taken, with the status to answer. */
export class Refused extends Error {
  readonly status: 400 | 413 | 415

  constructor(message: string, options: ErrorOptions & { status: 400 | 413 | 415 }) {
    super(message, options)
    this.status = options.status
  }
}

const unpackers = { gzip: promisify(gunzip), deflate: promisify(inflate), br: promisify(brotliDecompress) }

/** Reserves room for bytes that have come; false where there is none. */
export type Take = (bytes: number) => boolean

/** Undefined, with the body read to its end and nothing of it kept, where there was no room. Rejects with `Refused`. */
export async function bodyOf(request: IncomingMessage, take: Take): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  if (encoding !== 'identity' && encoding !== 'gzip' && encoding !== 'deflate' && encoding !== 'br') {
    throw new Refused(`Content-Encoding ${JSON.stringify(encoding)} is not known. Send gzip, deflate, br or none.`, {
      status: 415,
    })
  }
  const sent = await read(request, take)
  if (!sent || encoding === 'identity') return sent
  try {
    const unpacked = await unpackers[encoding](sent, { maxOutputLength: MOST_UNPACKED })
    return new Uint8Array(unpacked)
  } catch (cause) {
    if (cause instanceof RangeError) {
      throw new Refused(`The body unpacks to more than ${MOST_UNPACKED / 1e6} MB. Send smaller batches.`, {
        cause,
        status: 413,
      })
    }
    throw new Refused(`The body is not ${encoding}, as Content-Encoding says.`, { cause, status: 400 })
  }
}

async function read(request: IncomingMessage, take: Take): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const tooLarge = `The body is larger than ${MOST_SENT / 1e6} MB. Send smaller batches.`
  if (Number(request.headers['content-length'] ?? 0) > MOST_SENT) throw new Refused(tooLarge, { status: 413 })
  let chunks: Buffer[] | undefined = []
  let length = 0
  for await (const chunk of request) {
    length += chunk.length
    if (length > MOST_SENT) throw new Refused(tooLarge, { status: 413 })
    // Thrown away as it comes: a sender that is cut off in the middle would not see why.
    if (chunks && !take(chunk.length)) chunks = undefined
    chunks?.push(chunk)
  }
  if (!chunks) return undefined
  // A buffer of its own, not a piece of Node's pool, so that it can be moved to the writer's thread.
  const body = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    body.set(chunk, at)
    at += chunk.length
  }
  return body
}
