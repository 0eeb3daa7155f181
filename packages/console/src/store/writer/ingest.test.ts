/**
 * The death of the writer's thread: the exports that it had are to be sent again, and the next one takes them.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startIngest } from './ingest.ts'

const writer = new URL('writer-thread.ts', import.meta.url).href
/** The writer, which runs out of luck at a body that begins with an exclamation mark. */
const program = `
  import { parentPort } from 'node:worker_threads'
  parentPort.on('message', ({ export: sent }) => { if (sent?.body[0] === 33) throw new Error('out of luck') })
  await import(${JSON.stringify(writer)})`

test('exports of a dead writer are answered 503, and later ones are stored', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ingest-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const thread = new URL(`data:text/javascript,${encodeURIComponent(program)}`)
  const ingest = await startIngest(folder, { maxAge: 3_600_000, maxBytes: 1e9 }, thread)
  onTestFinished(() => ingest.close())
  const send = (text: string) => ingest.store('logs', 'json', new TextEncoder().encode(text))
  expect(await send('!')).toMatchObject({ kind: 'unavailable', reason: expect.stringContaining('out of luck') })
  expect(await send('{"resourceLogs":[]}')).toEqual({ kind: 'stored', rejected: 0, reason: '' })
})
