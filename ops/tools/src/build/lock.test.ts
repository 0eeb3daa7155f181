/**
 * The lock between processes: one holds it, the next waits until that one ends, however it ends.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { LockError, withFreeLock, withLock } from './lock.ts'

const MODULE = new URL('lock.ts', import.meta.url).href

let folder: string
let holder: ChildProcess | undefined

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-'))
})

afterEach(async () => {
  holder?.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

/** Another process that holds the lock until it is killed. */
async function holdElsewhere(): Promise<ChildProcess> {
  const program = `
    import { withLock } from ${JSON.stringify(MODULE)}
    await withLock(${JSON.stringify(folder)}, { signal: AbortSignal.timeout(60_000), onWait() {} }, async () => {
      process.stdout.write('held')
      await new Promise((resolve) => setTimeout(resolve, 60_000))
    })`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return child
}

test('waits for the process that holds it, also one that is killed, and says so once', async () => {
  holder = await holdElsewhere()
  const onWait = vi.fn(() => void holder?.kill('SIGKILL'))
  const work = vi.fn(async () => 'done')
  expect(await withLock(folder, { signal: AbortSignal.timeout(30_000), onWait }, work)).toBe('done')
  expect(onWait).toHaveBeenCalledOnce()
})

test('an aborted wait leaves the work undone, and so does a lock that has to be free', async () => {
  holder = await holdElsewhere()
  const work = vi.fn(async () => undefined)
  const aborting = new AbortController()
  await expect(withLock(folder, { signal: aborting.signal, onWait: () => aborting.abort() }, work)).rejects.toThrow()
  await withFreeLock(folder, work)
  expect(work).not.toHaveBeenCalled()
  const ended = once(holder, 'exit')
  holder.kill('SIGKILL')
  await ended
  await withFreeLock(folder, work)
  expect(work).toHaveBeenCalledOnce()
})

test('a file that is no lock is named, with what to do', async () => {
  await writeFile(join(folder, 'lock'), 'these are not the bytes of a database'.repeat(100))
  const locked = withFreeLock(folder, async () => undefined)
  await expect(locked).rejects.toThrow(LockError)
  await expect(locked).rejects.toThrow(`${join(folder, 'lock')} cannot be locked`)
})
