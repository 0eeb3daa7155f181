/**
 * Merging, filtering and following log files as services write them.
 */

import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { LogFile } from './log-file.ts'
import { followLogs, type LogFilter, last, readLogs } from './logs.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-logs-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

function pathOf(service: string) {
  return join(folder, `${service}.log`)
}

function sources() {
  return ['gateway', 'orders', 'postgres'].map((service) => ({ service, open: () => new LogFile(pathOf(service)) }))
}

function json(second: number, msg: string, fields: Record<string, unknown> = {}): string {
  const time = `2026-11-24T02:00:${String(second).padStart(2, '0')}.000Z`
  return `${JSON.stringify({ level: 'info', time, service: 'any', msg, ...fields })}\n`
}

/** What each record says: the message of a JSON line, any other line as it is. */
async function formatted(filter: LogFilter = {}): Promise<string[]> {
  const records = await Array.fromAsync(readLogs(sources(), filter))
  return records.map(({ service, line, fields }) => `${service}: ${fields?.msg ?? line}`)
}

test('lines of all files come in the order of time', async () => {
  await writeFile(pathOf('gateway'), json(1, 'asks') + json(4, 'answers'))
  await writeFile(pathOf('orders'), json(2, 'begins') + json(3, 'ends'))
  expect(await formatted()).toEqual(['gateway: asks', 'orders: begins', 'orders: ends', 'gateway: answers'])
})

test('a line that is not JSON keeps its place: by its own time, else behind the line before it', async () => {
  await writeFile(pathOf('gateway'), `${json(1, 'asks')}Error: boom\n    at main.ts:1\n${json(5, 'is back')}`)
  await writeFile(pathOf('postgres'), '2026-11-24 02:00:03.500 UTC [7] LOG:  checkpoint starting\n')
  await writeFile(pathOf('orders'), json(2, 'begins'))
  expect(await formatted()).toEqual([
    'gateway: asks',
    'gateway: Error: boom',
    'gateway:     at main.ts:1',
    'orders: begins',
    'postgres: 2026-11-24 02:00:03.500 UTC [7] LOG:  checkpoint starting',
    'gateway: is back',
  ])
})

test('a trace is found by the beginning of its id, a level takes those above it', async () => {
  await writeFile(pathOf('gateway'), json(1, 'one', { trace_id: 'abc123' }) + json(2, 'other', { trace_id: 'abd' }))
  await writeFile(pathOf('orders'), `${json(3, 'one', { trace_id: 'abc123', level: 'warn' })}Error: boom\n`)
  expect(await formatted({ trace: 'abc' })).toEqual(['gateway: one', 'orders: one'])
  expect(await formatted({ level: 'warn' })).toEqual(['orders: one'])
  expect(await formatted({ level: 'error' })).toEqual([])
})

test('half a line at the end is shown; JSON of another kind is not taken for a line of ours', async () => {
  await writeFile(pathOf('gateway'), `{"level":30}\nnull\n${json(1, 'asks').slice(0, 20)}`)
  expect(await formatted()).toEqual(['gateway: {"level":30}', 'gateway: null', 'gateway: {"level":"info","tim'])
})

test('the last records are kept in bounded memory', async () => {
  const lines = Array.from({ length: 5000 }, (_, index) => json(index % 60, `line ${index}`))
  await writeFile(pathOf('gateway'), lines.join(''))
  const records = await last(readLogs(sources(), {}), 2)
  expect(records.map(({ fields }) => fields?.msg)).toEqual(['line 4998', 'line 4999'])
  expect(await last(readLogs(sources(), {}), 0)).toEqual([])
})

test('following goes on with what is written, also to a file that is new or was put aside', async () => {
  await writeFile(pathOf('gateway'), json(1, 'old') + json(2, 'last'))
  const leave = new AbortController()
  const records = followLogs(sources(), {}, 1, leave.signal)
  const next = async () => (await records.next()).value?.fields?.msg
  expect(await next()).toBe('last')
  await appendFile(pathOf('gateway'), json(3, 'whole').slice(0, 30))
  await appendFile(pathOf('orders'), json(4, 'new file'))
  expect(await next()).toBe('new file')
  await appendFile(pathOf('gateway'), json(3, 'whole').slice(30))
  expect(await next()).toBe('whole')
  await rename(pathOf('gateway'), `${pathOf('gateway')}.1`)
  await writeFile(pathOf('gateway'), json(5, 'begun again'))
  expect(await next()).toBe('begun again')
  leave.abort()
  expect(await records.next()).toMatchObject({ done: true })
})
