/**
 * Bounds that hold: the folder stays within its size while data keeps coming, old data goes, and queries go on meanwhile.
 */

import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { expired } from '../src/store/segments/retention.ts'
import { newFolder, runConsole } from './running-console.ts'
import { journey, requestsOf } from './shop.ts'

/** What is gone by the time it is looked at counts nothing: SQLite makes a new segment with a journal that it then deletes. */
function bytesIn(folder: string): number {
  const sizes = readdirSync(folder).map((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0)
  return sizes.reduce((sum, size) => sum + size, 0)
}

test('the folder stays within its size while data keeps coming', async () => {
  const data = newFolder()
  const maxBytes = 6_000_000
  const { query, send } = await runConsole({ data, retention: { maxAge: 3_600_000, maxBytes } })
  let largest = 0
  let sent = 0
  let newest = ''
  const oldest = journey({ at: Date.now(), luck: 0.8 })
  await send('traces', requestsOf([oldest]).traces)
  for (let round = 0; round < 40; round++) {
    const journeys = Array.from({ length: 200 }, (_, n) => journey({ at: Date.now(), luck: (n * 0.37) % 1 }))
    newest = journeys[0]?.traceId ?? ''
    const { traces, logs } = requestsOf(journeys)
    sent += journeys.reduce((sum, { spans }) => sum + [...spans.values()].flat().length, 0)
    const answers = await Promise.all([send('traces', traces), send('logs', logs), query('/api/services', {})])
    expect(answers[0].status).toBe(200)
    largest = Math.max(largest, bytesIn(data))
  }
  const { stored } = await query('/api/status', {})
  expect(stored.spans).toBeLessThan(sent / 2)
  expect(stored.spans).toBeGreaterThan(sent / 20)
  // The bound, and a sixteenth of it or the smallest segment, with the log that is not yet in its file.
  expect(largest).toBeLessThan(maxBytes + 12_000_000)
  expect((await query('/api/trace', { id: newest })).spans.length).toBeGreaterThan(3)
  await expect(query('/api/trace', { id: oldest.traceId })).rejects.toThrow('404')
}, 90_000)

test('what to delete: the oldest first, by size or by age, never more than needed', () => {
  const closed = [1, 2, 3, 4].map((number) => ({ number, bytes: 100, written: number * 1000 }))
  expect(expired(closed, 100, { maxAge: 10_000, maxBytes: 1000 }, 5000)).toEqual([])
  expect(expired(closed, 100, { maxAge: 10_000, maxBytes: 300 }, 5000)).toEqual([1, 2])
  expect(expired(closed, 100, { maxAge: 2500, maxBytes: 1000 }, 5000)).toEqual([1, 2])
  expect(expired(closed, 900, { maxAge: 10_000, maxBytes: 100 }, 5000)).toEqual([1, 2, 3, 4])
})
