/**
 * Takes secrets out of what is logged: values whose name says that they are secret, at any depth and in any spelling, in
 * headers given as lists too, and user and password of URLs in any text. Errors are reduced to what is known to be safe.
 */
import { isError } from '../conventions/thrown.ts'
import { errorFields } from './error-fields.ts'

export const CENSOR = '[redacted]'

/** Levels of objects and arrays in one line. */
const MAX_DEPTH = 16
/** Values in one line that are looked at; the rest is left out. */
const MAX_VALUES = 10_000
const TOO_DEEP = '[nested too deep]'
const TOO_MANY = '[too many values]'

/** Ends of names in lower case, without separators: `X-Api-Key`, `dbPassword`, `access_token`, `Set-Cookie`. */
const SECRET =
  /(?:password|passwd|pwd|passphrase|secret|secretkey|token|authorization|cookie|apikey|accesskey|privatekey|credential)s?$/
/** Places in a list of results, which clients send back and forth: `nextPageToken`, `continuation_token`. */
const PLACE = /(?:page|next|continuation|cancellation|sync|resume)tokens?$/
const TOKENS = /tokens$/i
const HEADER_LIST = /headers$/i

/** Names that were judged; they are mostly the same few. */
const judged = new Map<string, boolean>()
const MAX_JUDGED = 2000

/** Whether a field of this name is never written. */
function isSecret(name: string): boolean {
  let secret = judged.get(name)
  if (secret === undefined) {
    const letters = name.replace(/[^a-zA-Z0-9]/g, '').toLowerCase()
    secret = SECRET.test(letters) && !PLACE.test(letters)
    if (judged.size >= MAX_JUDGED) judged.clear()
    judged.set(name, secret)
  }
  return secret
}

/** A number of tokens, as language models count them, is no secret: `max_tokens: 100`. */
function isCount(name: string, value: unknown): boolean {
  return typeof value === 'number' && TOKENS.test(name)
}

/** Values that may still be looked at. The walk is synchronous, so one counter serves every line. */
let remaining = 0

/** The same object where nothing in it has to be taken out, else a copy. */
export function redacted(fields: object): Record<string, unknown> {
  remaining = MAX_VALUES
  return redactedObject(fields, 0)
}

function redactedObject(value: object, depth: number): Record<string, unknown> {
  const source = value as Record<string, unknown>
  let copy: Record<string, unknown> | undefined
  for (const key of Object.keys(source)) {
    const before = source[key]
    const after =
      isSecret(key) && before !== undefined && !isCount(key, before) ? CENSOR : redactedValue(key, before, depth)
    if (after === before) continue
    copy ??= { ...source }
    // `__proto__` as an ordinary key would set the prototype.
    Object.defineProperty(copy, key, {
      value: after,
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }
  return copy ?? source
}

function redactedValue(key: string, value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value
  remaining -= 1
  if (remaining < 0) return TOO_MANY
  if (isError(value)) return errorFields(value)
  if (ArrayBuffer.isView(value)) return value
  if (depth >= MAX_DEPTH) return TOO_DEEP
  if (Array.isArray(value)) return redactedList(key, value, depth + 1)
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    const plain: unknown = value.toJSON(key)
    return typeof plain === 'object' && plain !== null ? redactedObject(plain, depth + 1) : plain
  }
  return redactedObject(value, depth + 1)
}

/** In a list of headers each second text is the value of the one before; a pair may be a list of its own. */
function redactedList(key: string, list: unknown[], depth: number): unknown[] {
  const headers = HEADER_LIST.test(key)
  let copy: unknown[] | undefined
  for (let index = 0; index < list.length; index += 1) {
    const before = list[index]
    const name = index % 2 === 1 && (headers || list.length === 2) ? list[index - 1] : undefined
    const secret = typeof name === 'string' && isSecret(name)
    const after = secret ? CENSOR : redactedValue('', before, depth)
    if (after === before) continue
    copy ??= [...list]
    copy[index] = after
  }
  return copy ?? list
}

const USER_INFO = /([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/?#@"\\]{1,1000}@/gi

/** A line without user and password of the URLs in it. */
export function withoutUserInfo(line: string): string {
  return line.includes('://') && line.includes('@') ? line.replace(USER_INFO, `$1${CENSOR}@`) : line
}
