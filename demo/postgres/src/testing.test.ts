import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { freePort } from './testing.ts'

const many = 300
const program = `
  const { freePort } = await import(process.argv[1])
  for (let count = 0; count < ${many}; count += 1) console.log(await freePort())
`

test('a port is given out once, also where another process asks and nothing listens on it yet', async () => {
  const own = await Promise.all(Array.from({ length: many }, freePort))
  const args = ['--input-type=module', '-e', program, join(import.meta.dirname, 'testing.ts')]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  const all = [...own, ...stdout.trimEnd().split('\n').map(Number)]
  expect(new Set(all).size).toBe(2 * many)
})
