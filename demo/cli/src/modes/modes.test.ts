/**
 * Which mode `up` takes, from what the machine can do and what already runs.
 */
import { expect, test } from 'vitest'
import type { Mode, ModeName } from './mode.ts'
import { createModes } from './modes.ts'

const never = new AbortController().signal

function modeThat(name: ModeName, { inUse = false, whyNot }: { inUse?: boolean; whyNot?: string } = {}): Mode {
  const unused = () => Promise.reject(new Error('Choosing a mode starts and stops nothing.'))
  return {
    name,
    memoryMeasure: '',
    isInUse: async () => inUse,
    whyNot: async () => whyNot,
    up: unused,
    down: unused,
    status: unused,
    measure: unused,
    logs: unused,
  }
}

test('up takes the preferred mode where the machine can do it, and says why it does not', async () => {
  const compose = modeThat('compose')
  const host = modeThat('host')
  expect(await createModes([compose], host).choose(undefined, never)).toEqual({ mode: compose })
  const unable = modeThat('compose', { whyNot: 'no Docker engine answers' })
  expect(await createModes([unable], host).choose(undefined, never)).toEqual({
    mode: host,
    reason: 'no Docker engine answers',
  })
  expect(await createModes([unable], host).choose('compose', never)).toEqual({ mode: unable })
  expect(await createModes([compose], host).choose('host', never)).toEqual({ mode: host })
})

test('what runs keeps its mode, and is not started twice in two', async () => {
  const compose = modeThat('compose')
  const host = modeThat('host', { inUse: true })
  const modes = createModes([compose], host)
  expect(await modes.current()).toBe(host)
  expect(await modes.choose(undefined, never)).toEqual({ mode: host })
  expect(await modes.choose('host', never)).toEqual({ mode: host })
  await expect(modes.choose('compose', never)).rejects.toThrow('The shop runs in host mode. Stop it')
})
