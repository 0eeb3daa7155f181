/**
 * Damaged files at the start: a backend either repairs them or ends at once and says what is wrong, so that the person who starts
 * it can pass that on; and without the damaged folder it starts again.
 */

import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from '@lab/test-kit/eventually'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { damage } from './damage.ts'
import { queryPrometheus } from './queries.ts'
import { Stack } from './stack.ts'

let stack: Stack

beforeAll(async () => {
  stack = await Stack.start()
  for (let id = 1; id <= 20; id += 1) await fetch(`${stack.frontUrl}/greetings/${id}`)
  await eventually('the first samples', 20_000, () => queryPrometheus(stack.backend('prometheus').url, 'up'))
})

afterAll(() => stack?.stop())

async function restartDamaged(name: string): Promise<void> {
  const backend = stack.backend(name)
  await backend.stop()
  await damage(backend.data)
  await backend.start()
}

test.for([
  { name: 'loki', words: /panic: .*(invalid|corrupt|magic)/ },
  { name: 'jaeger', words: /Error: .*(magic|corrupt)/i },
])('$name ends and says why; without its data it starts', async ({ name, words }) => {
  const backend = stack.backend(name)
  await expect(restartDamaged(name)).rejects.toThrow(`${name} ended`)
  expect(await readFile(backend.log, 'utf8')).toMatch(words)
  await rm(backend.data, { recursive: true })
  await backend.start()
})

test('Prometheus cuts off what it cannot read and goes on', async () => {
  const backend = stack.backend('prometheus')
  await backend.stop()
  await damage(join(backend.data, 'data'))
  await backend.start()
  await eventually('new samples', 20_000, () => queryPrometheus(backend.url, 'up{job="front"} == 1'))
})
