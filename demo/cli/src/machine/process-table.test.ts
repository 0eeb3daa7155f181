/**
 * Reads this very process, once from /proc and once through `ps`.
 */

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { parseStat, readProcess, readProcesses, runPs } from './process-table.ts'

test('knows this process and its parent, and tells the same of it each time', async () => {
  const self = await readProcess(process.pid)
  expect(self).toMatchObject({ pid: process.pid, parent: process.ppid })
  expect(self?.cpuSeconds).toBeGreaterThan(0)
  expect((await readProcess(process.pid))?.started).toBe(self?.started)
  expect((await readProcesses()).map(({ pid }) => pid)).toContain(process.pid)
})

test.skipIf(spawnSync('ps').error)('ps tells the same', async () => {
  const [self] = await runPs('-p', String(process.pid))
  expect(self).toMatchObject({ pid: process.pid, parent: process.ppid })
  expect(self?.started).toMatch(/\d\d:\d\d:\d\d \d{4}$/)
  expect(await runPs('-p', '99999999')).toEqual([])
})

test('a process that has ended is not known', async () => {
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  expect(await readProcess(child.pid ?? 0)).toBeUndefined()
})

test('a command with spaces and parentheses does not shift the fields, and a zombie counts while a thread of it runs', () => {
  const fieldsOf = (threads: number) => `1 7 7 0 -1 4194304 1 0 0 0 150 50 0 0 20 0 ${threads} 0 424242 1 1`
  const fields = fieldsOf(1)
  expect(parseStat(`7 (a) R (b) S ${fields}`, 'boot')).toEqual({
    pid: 7,
    parent: 1,
    started: 'boot:424242',
    cpuSeconds: 2,
  })
  expect(parseStat(`7 (a) Z ${fields}`, 'boot')).toBeUndefined()
  expect(parseStat(`7 (a) Z ${fieldsOf(3)}`, 'boot')).toMatchObject({ pid: 7 })
})
