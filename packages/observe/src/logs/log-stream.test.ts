/**
 * A log without a reader, or with a slow one, over a real pipe: the service goes on, memory is bounded, lines stay whole.
 */
import { execFileSync } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TextDecoder } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { LogStream } from './log-stream.ts'

let folder: string
let reader: number
let writer: number
/** What is read may end within a character. */
let decoder: TextDecoder

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'observe-log-'))
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK)
  writer = openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK)
  decoder = new TextDecoder()
})
afterEach(() => {
  closeSync(writer)
  rmSync(folder, { recursive: true })
})

function line(index: number): string {
  return `{"index":${index},"filling":"${'x'.repeat(80)}é"}\n`
}

/** Whatever stands in the pipe. */
function read(): string {
  const chunks: Buffer[] = []
  const chunk = Buffer.alloc(100_000)
  try {
    for (let count = -1; count !== 0; ) {
      count = readSync(reader, chunk)
      chunks.push(Buffer.from(chunk.subarray(0, count)))
    }
  } catch {
    // Nothing more for now.
  }
  return decoder.decode(Buffer.concat(chunks), { stream: true })
}

test('keeps every line whole and in order while the reader is slow', async () => {
  const stream = new LogStream(writer)
  for (let index = 0; index < 5000; index += 1) stream.write(line(index))
  let done = false
  stream.flush(() => {
    done = true
  })
  let text = ''
  while (!done) {
    await new Promise((resolve) => setImmediate(resolve))
    text += read()
  }
  text += read()
  expect(text).toBe(Array.from({ length: 5000 }, (_, index) => line(index)).join(''))
  expect(stream.dropped).toBe(0)
  closeSync(reader)
})

test('drops what is beyond the limit, counts it, and says so when the reader is back', async () => {
  const stream = new LogStream(writer, 100_000)
  const missed: number[] = []
  stream.onRecovery = (count) => missed.push(count)
  for (let index = 0; index < 5000; index += 1) {
    stream.write(line(index))
    if (index % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  expect(stream.dropped).toBeGreaterThan(1000)
  let text = ''
  while (missed.length === 0) {
    await new Promise((resolve) => setImmediate(resolve))
    text += read()
  }
  text += read()
  expect(missed).toEqual([stream.dropped])
  expect(text.split('\n').length - 1).toBe(5000 - stream.dropped)
  for (const written of text.trimEnd().split('\n')) JSON.parse(written)
  closeSync(reader)
})

test('writes at once what waits, and gives up without a reader', async () => {
  const stream = new LogStream(writer)
  stream.write(line(0))
  stream.flushSync()
  expect(read()).toBe(line(0))
  for (let index = 0; index < 5000; index += 1) stream.write(line(index))
  stream.flushSync()
  expect(read().length).toBeGreaterThan(10_000)
  closeSync(reader)
  // What it still tries to write would go to whatever is opened next under the same number.
  await new Promise<void>((resolve) => stream.flush(resolve))
})

test('counts the lines of a reader that is gone, and does not throw', async () => {
  closeSync(reader)
  const stream = new LogStream(writer)
  stream.write(line(0))
  await new Promise<void>((resolve) => stream.flush(resolve))
  stream.write(line(1))
  expect(() => stream.flushSync()).not.toThrow()
  expect(stream.dropped).toBe(2)
})

test('keeps lines while the disk is full', async () => {
  const full = openSync('/dev/full', 'w')
  const stream = new LogStream(full, 1000)
  for (let index = 0; index < 100; index += 1) stream.write(line(index))
  await new Promise((resolve) => setImmediate(resolve))
  expect(stream.dropped).toBeGreaterThan(80)
  expect(stream.dropped).toBeLessThan(100)
  closeSync(full)
  await new Promise<void>((resolve) => stream.flush(resolve))
  expect(stream.dropped).toBe(100)
  closeSync(reader)
})

test('leaves whole the lines of another writer on the same slow pipe', async () => {
  const stream = new LogStream(writer)
  let text = ''
  let others = 0
  for (let index = 0; index < 3000; index += 1) {
    stream.write(line(index))
    if (index % 10 !== 0) continue
    await new Promise((resolve) => setImmediate(resolve))
    try {
      writeSync(writer, '{"other":true}\n')
      others += 1
    } catch {
      text += read()
    }
  }
  let done = false
  stream.flush(() => {
    done = true
  })
  while (!done) {
    await new Promise((resolve) => setImmediate(resolve))
    text += read()
  }
  text += read()
  const lines = text.trimEnd().split('\n')
  expect(others).toBeGreaterThan(10)
  expect(lines).toHaveLength(3000 + others)
  for (const each of lines) JSON.parse(each)
  closeSync(reader)
})
