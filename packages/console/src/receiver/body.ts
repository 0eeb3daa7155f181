/**
 * Reads the body of an export: bounded in size before and after decompression, and in the memory of all bodies together, so that
 * neither a huge body nor many small ones that unpack to huge ones can exhaust memory.
 */

import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw, createZstdDecompress } from 'node:zlib'

/** Largest body as sent, and largest once unpacked. Exporters send at most a few hundred kilobytes. */
const MOST_SENT = 16_000_000
const MOST_UNPACKED = 32_000_000
/** Milliseconds without a byte after which a body is given up: what it holds is room that others need. */
const IDLE_MS = 5000

type Status = 400 | 408 | 413 | 415

/** Why a body was not taken, with the status to answer. */
export class Refused extends Error {
  readonly status: Status

  constructor(message: string, options: ErrorOptions & { status: Status }) {
    super(message, options)
    this.status = options.status
  }
}

const unpackers = {
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  br: () => createBrotliDecompress(),
  zstd: () => createZstdDecompress(),
  deflate: (sent: Uint8Array) => (hasZlibHeader(sent) ? createInflate() : createInflateRaw()),
}

/** Reserves room for bytes that have come; false where there is none. */
export type Take = (bytes: number) => boolean

/** Undefined, with the body read to its end and nothing of it kept, where there was no room. Rejects with `Refused`. */
export async function bodyOf(request: IncomingMessage, take: Take): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  if (encoding !== 'identity' && !isKnown(encoding)) {
    const known = `Send ${Object.keys(unpackers).join(', ')} or none.`
    throw new Refused(`Content-Encoding ${JSON.stringify(encoding)} is not known. ${known}`, { status: 415 })
  }
  if (Number(request.headers['content-length'] ?? 0) > MOST_SENT) throw tooLarge()
  const sent = await gather(timed(request), take, MOST_SENT, tooLarge)
  if (!sent || encoding === 'identity') return sent
  const unpacking = Readable.from([sent]).pipe(unpackers[encoding](sent))
  try {
    return await gather(unpacking, take, MOST_UNPACKED, unpacksTooLarge)
  } catch (cause) {
    if (cause instanceof Refused) throw cause
    throw new Refused(`The body is not ${encoding}, as Content-Encoding says.`, { cause, status: 400 })
  } finally {
    unpacking.destroy()
  }
}

/** Chunks as one array, read to the end; undefined as soon as there is no room for one of them. */
async function gather(
  chunks: AsyncIterable<Uint8Array>,
  take: Take,
  most: number,
  refusal: () => Refused,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  let kept: Uint8Array[] | undefined = []
  let length = 0
  for await (const chunk of chunks) {
    length += chunk.length
    if (length > most) throw refusal()
    // Thrown away as it comes: a sender that is cut off in the middle would not see why.
    if (kept && !take(chunk.length)) kept = undefined
    kept?.push(chunk)
  }
  if (!kept) return undefined
  // A buffer of its own, not a piece of Node's pool, so that it can be moved to the writer's thread.
  const body = new Uint8Array(length)
  let at = 0
  for (const chunk of kept) {
    body.set(chunk, at)
    at += chunk.length
  }
  return body
}

/** The chunks of a request, or `Refused` after a while without any. */
async function* timed(request: IncomingMessage): AsyncGenerator<Buffer> {
  const iterator: AsyncIterator<Buffer> = request[Symbol.asyncIterator]()
  for (;;) {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(stalled()), IDLE_MS)
    })
    try {
      const { done, value } = await Promise.race([iterator.next(), late])
      if (done) return
      yield value
    } finally {
      clearTimeout(timer)
    }
  }
}

function isKnown(encoding: string): encoding is keyof typeof unpackers {
  return Object.hasOwn(unpackers, encoding)
}

/** HTTP's deflate is a zlib stream; some senders leave out its header, which is a multiple of 31 (RFC 1950). */
function hasZlibHeader([first = 0, second = 0]: Uint8Array): boolean {
  return (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0
}

function tooLarge(): Refused {
  return new Refused(`The body is larger than ${MOST_SENT / 1e6} MB. Send smaller batches.`, { status: 413 })
}

function unpacksTooLarge(): Refused {
  return new Refused(`The body unpacks to more than ${MOST_UNPACKED / 1e6} MB. Send smaller batches.`, { status: 413 })
}

function stalled(): Refused {
  return new Refused(`No byte of the body arrived for ${IDLE_MS / 1000} s.`, { status: 408 })
}
