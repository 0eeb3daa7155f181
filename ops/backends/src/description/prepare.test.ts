/**
 * Files and folders that a backend needs before it starts.
 */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { prepareWith } from './prepare.ts'

test('says in one line what it cannot write', async () => {
  const [node, ...args] = prepareWith({ folders: [], files: { '/dev/null/config.yml': 'text' } })
  const { exitCode, stderr } = await execa(node, args, { reject: false })
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(/^Cannot write what the backend reads: E[A-Z]+: .*'\/dev\/null'$/)
})

test('makes folders, files and links, and makes them again', async () => {
  const home = await mkdtemp(join(tmpdir(), 'prepare-'))
  const at = (...names: string[]) => join(home, ...names)
  const run = (text: string) => {
    const [node, ...args] = prepareWith({
      folders: [at('data')],
      files: { [at('config', 'targets', 'services.yml')]: text },
      links: { [at('config', 'linked')]: import.meta.filename },
    })
    return execa(node, args)
  }
  await run('first')
  await run('second')
  expect((await stat(at('data'))).isDirectory()).toBe(true)
  expect(await readFile(at('config', 'targets', 'services.yml'), 'utf8')).toBe('second')
  expect(await readFile(at('config', 'linked'), 'utf8')).toBe(await readFile(import.meta.filename, 'utf8'))
  await rm(home, { recursive: true })
})
