/**
 * A segment that appears in the folder is whole: the page's thread looks for new ones while the receiver's makes them.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'
import { openForReading } from './database.ts'
import { segmentPath, segmentsIn } from './folder.ts'

const MADE = 200

test('can be read from the moment at which it is seen', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'segments-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const paths = Array.from({ length: MADE }, (_, index) => segmentPath(folder, index + 1))
  const program = `
    const { openForWriting } = await import(${JSON.stringify(new URL('database.ts', import.meta.url).href)})
    for (const path of ${JSON.stringify(paths)}) openForWriting(path).close()`
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(program)}`))
  const made = new Promise<void>((resolve, reject) => {
    worker.on('error', reject).on('exit', () => resolve())
  })
  for (let seen = 0; seen < MADE; ) {
    const numbers = segmentsIn(folder)
    for (const number of numbers.slice(seen)) openForReading(segmentPath(folder, number)).close()
    seen = numbers.length
    await new Promise(setImmediate)
  }
  await made
  expect(segmentsIn(folder)).toHaveLength(MADE)
})
