/**
 * Rows are searched newest first, in blocks of some thousand. Each block keeps a Bloom filter over its fields (`key=value`
 * pairs), so that a search for a rare value skips nearly every block unread: an index over all attributes for about
 * three bytes a row, instead of one index entry for each attribute.
 */

import type { Value } from '../../contract/contract.ts'
import type { Statements } from '../segments/database.ts'

const ROWS_PER_BLOCK = 2048
/** Twelve bits and seven hashes for each distinct field: one false hit in 300. */
const BITS_PER_FIELD = 12
const HASHES = 7
/** Longer values are not put into the filter, and a search for one reads every block. */
const LONGEST_VALUE = 256

/** A 32-bit FNV-1a hash of a field; 0 where the value is not one to search for by equality. */
export function hashField(key: string, value: Value): number {
  if (value === null || typeof value === 'object') return 0
  const text = typeof value === 'string' ? value : String(value)
  if (text.length > LONGEST_VALUE) return 0
  let hash = 0x811c9dc5
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ 0xff, 0x01000193)
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash === 0 ? 1 : hash
}

/** The same for an id, as bytes. */
export function hashId(id: Uint8Array): number {
  let hash = 0x811c9dc5
  for (const byte of id) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash === 0 ? 1 : hash
}

/** Collects rows until they make a block, and writes it. Rows after the last block are always read. */
export class BlockWriter {
  readonly #statements: Statements
  readonly #signal: 'spans' | 'logs'
  #fields = new Set<number>()
  #rows = 0
  #first = 0
  #last = 0
  #oldest = Number.POSITIVE_INFINITY
  #newest = 0
  #longest = 0

  constructor(statements: Statements, signal: 'spans' | 'logs') {
    this.#statements = statements
    this.#signal = signal
  }

  add(id: number, time: number, duration: number, ...fields: number[][]): void {
    if (this.#rows++ === 0) this.#first = id
    this.#last = id
    if (time < this.#oldest) this.#oldest = time
    if (time > this.#newest) this.#newest = time
    if (duration > this.#longest) this.#longest = duration
    for (const list of fields) for (const field of list) this.#fields.add(field)
    if (this.#rows >= ROWS_PER_BLOCK) this.#write()
  }

  /** Also after a rollback: rows that were collected for a block are then searched without one. */
  reset(): void {
    this.#fields = new Set()
    this.#rows = 0
    this.#oldest = Number.POSITIVE_INFINITY
    this.#newest = 0
    this.#longest = 0
  }

  #write(): void {
    this.#statements.run(
      'INSERT INTO blocks (signal, last, first, oldest, newest, longest, filter) VALUES (?, ?, ?, ?, ?, ?, ?)',
      this.#signal,
      this.#last,
      this.#first,
      this.#oldest,
      this.#newest,
      this.#longest,
      filterOf(this.#fields),
    )
    this.reset()
  }
}

function filterOf(fields: Set<number>): Uint8Array {
  const bits = Math.max(8, fields.size * BITS_PER_FIELD)
  const filter = new Uint8Array(Math.ceil(bits / 8))
  for (const field of fields) {
    for (const bit of positions(field, filter.length * 8))
      filter[bit >>> 3] = (filter[bit >>> 3] ?? 0) | (1 << (bit & 7))
  }
  return filter
}

/** False only where no row of the block has the field. */
function mayContain(filter: Uint8Array, field: number): boolean {
  if (field === 0) return true
  return positions(field, filter.length * 8).every((bit) => (filter[bit >>> 3] ?? 0) & (1 << (bit & 7)))
}

// Double hashing: the second hash is the first one mixed (the finaliser of MurmurHash3), odd so that it visits every bit.
function positions(field: number, bits: number): number[] {
  let mixed = Math.imul(field ^ (field >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  const step = ((mixed ^ (mixed >>> 16)) | 1) >>> 0
  const found: number[] = []
  for (let round = 0; round < HASHES; round++) found.push(((field >>> 0) + round * step) % bits)
  return found
}

/** What a block must be able to contain to be read. */
export interface Wanted {
  from: number
  to: number
  /** Nanoseconds; 0 for any. */
  minDuration: number
  /** Of each of these lists, at least one field must be there. */
  fields: number[][]
}

/** A run of rows to read, from `first` to `last`. */
export type Run = [first: number, last: number]

/**
 * Runs of rows from `from` to before `below` that may match, newest first. Rows before, between and after the blocks are
 * always among them.
 */
export function* runs(
  statements: Statements,
  signal: 'spans' | 'logs',
  below: number,
  wanted: Wanted,
  from = 1,
): Generator<Run> {
  let next = below
  const query = `SELECT last, first, oldest, newest, longest, filter FROM blocks
    WHERE signal = ? AND last < ? AND last >= ? ORDER BY last DESC LIMIT 64`
  for (;;) {
    const page = statements.rows<[number, number, number, number, number, Uint8Array]>(query, signal, next, from)
    for (const [last, first, oldest, newest, longest, filter] of page) {
      if (last + 1 < next) yield [last + 1, next - 1]
      next = first
      const inTime = newest >= wanted.from && oldest <= wanted.to && longest >= wanted.minDuration
      if (inTime && wanted.fields.every((any) => any.some((field) => mayContain(filter, field)))) yield [first, last]
    }
    if (page.length < 64) break
  }
  if (next > from) yield [from, next - 1]
}

/** The time that a block spans, in microseconds. */
export interface Extent {
  first: number
  last: number
  oldest: number
  newest: number
}

/** All rows, newest first, as blocks; those between and after the blocks with the time of the whole segment. */
export function extents(statements: Statements, signal: 'spans' | 'logs'): Extent[] {
  const [oldest, newest] = statements.row<[number | null, number | null]>('SELECT oldest, newest FROM totals') ?? []
  const whole = { oldest: oldest ?? 0, newest: newest ?? 0 }
  const rows = statements.rows<[number, number, number, number]>(
    'SELECT first, last, oldest, newest FROM blocks WHERE signal = ? ORDER BY last DESC',
    signal,
  )
  let next = (statements.row<[number | null]>(`SELECT max(id) FROM ${signal}`)?.[0] ?? 0) + 1
  const found: Extent[] = []
  for (const [first, last, since, until] of rows) {
    if (last + 1 < next) found.push({ first: last + 1, last: next - 1, ...whole })
    found.push({ first, last, oldest: since, newest: until })
    next = first
  }
  if (next > 1) found.push({ first: 1, last: next - 1, ...whole })
  return found
}
