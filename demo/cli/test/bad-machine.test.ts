/**
 * The commands on a machine that is in trouble: a full disk, a folder that cannot be written to or belongs to another user,
 * another command at work.
 */

import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { withLock } from '../src/machine/lock.ts'
import { createDemo, type Demo } from './demo.ts'

let demo: Demo | undefined
let mounted: string | undefined

vi.setConfig({ testTimeout: 90_000 })

afterEach(async () => {
  await demo?.end().catch(() => undefined)
  if (mounted) execFileSync('umount', ['--lazy', mounted])
  demo = undefined
  mounted = undefined
})

/** A folder on a small disk of its own; undefined where this user may not mount one. */
async function smallDisk(): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'demo-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    await rm(folder, { recursive: true })
    return undefined
  }
  mounted = folder
  return folder
}

async function fill(folder: string): Promise<void> {
  for (const size of [64 * 1024, 4096, 1]) {
    const path = join(folder, `ballast-${size}`)
    for (;;) {
      const failed = await writeFile(path, Buffer.alloc(size, 'x'), { flag: 'a' }).catch((error) => error)
      if (failed) break
    }
  }
}

test('on a full disk status, logs and down work, up says what is wrong, and --reset frees it', async ({ skip }) => {
  const home = await smallDisk()
  if (!home) return skip('only root may mount a disk')
  demo = await createDemo([{ name: 'gateway' }, { name: 'orders' }], { home })
  expect((await demo.run('up')).code).toBe(0)
  await fill(join(home, 'logs'))
  expect((await demo.run('status')).code).toBe(0)
  expect((await demo.run('logs')).stdout).toContain('gateway starts')
  const down = await demo.run('down')
  expect(down).toMatchObject({ code: 0, stderr: '' })
  expect(down.stdout).toContain('The shop is down.')

  const up = await demo.run('up')
  expect(up.code).toBe(1)
  expect(up.stderr).toMatch(/no space left on device/i)
  expect(up.stderr).toContain('`pnpm demo down --reset` deletes all that the demo keeps.')
  expect(up.stderr).not.toMatch(/^ {4}at /m)

  expect(await demo.run('down', '--reset')).toMatchObject({ code: 0, stderr: '' })
  expect(await demo.run('up')).toMatchObject({ code: 0 })
})

test('status and logs write nothing, and down makes no folder', async () => {
  demo = await createDemo([{ name: 'gateway' }])
  await chmod(demo.home, 0o555)
  expect((await demo.run('status')).stdout).toContain('Nothing runs.')
  expect((await demo.run('logs')).code).toBe(0)
  expect(await readdir(demo.home)).toEqual([])
  await chmod(demo.home, 0o755)
  await rm(demo.home, { recursive: true })
  expect((await demo.run('down')).stdout).toBe('Nothing was running.\n')
  await expect(stat(demo.home)).rejects.toThrow('ENOENT')
})

test('root leaves the folder of a user alone', async ({ skip }) => {
  if (process.getuid?.() !== 0) return skip('only root may give a folder away')
  demo = await createDemo([{ name: 'gateway' }])
  await chown(demo.home, 12_345, 12_345)
  const { code, stderr } = await demo.run('up')
  expect(code).toBe(1)
  expect(stderr).toContain(`${demo.home} belongs to uid 12345, and root would leave files in it`)
  expect(await readdir(demo.home)).toEqual([])
})

test('what belongs to root is to be given back, not deleted', async ({ skip }) => {
  if (process.getuid?.() !== 0) return skip('only root may give a folder away')
  demo = await createDemo([{ name: 'orders', trait: 'crashes' }], { uid: 65_534 })
  await chown(demo.home, 65_534, 65_534)
  await mkdir(join(demo.home, 'data/orders'), { recursive: true })
  const { code, stderr } = await demo.run('up')
  expect(code).toBe(1)
  expect(stderr).toContain('there are files of uid 0. Nothing there has to be deleted: give them back with `sudo chown')
  expect(stderr).not.toContain('--reset')
})

test('Ctrl-C ends the wait for another command', async () => {
  demo = await createDemo([{ name: 'gateway' }])
  const { home, begin } = demo
  await withLock(home, new AbortController().signal, async () => {
    for (const command of ['up', 'down']) {
      const waiting = begin(command)
      let words = ''
      waiting.stderr?.on('data', (chunk) => {
        words += chunk
      })
      await expect.poll(() => words, { timeout: 15_000 }).toContain('Another `pnpm demo` command is at work here')
      waiting.kill('SIGINT')
      expect(await once(waiting, 'exit')).toEqual([130, null])
      expect(words).toContain('Interrupted.')
    }
  })
})
