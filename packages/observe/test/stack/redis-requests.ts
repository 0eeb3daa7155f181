/** Many requests at once on one connection to Redis, for each of its clients. */
import { expect } from 'vitest'
import type { TestObserve } from '../../src/testing.ts'
import { the } from '../observed.ts'
import type { Recorded } from '../recorded.ts'

interface Client {
  set(key: string, value: string): Promise<unknown>
  get(key: string): Promise<unknown>
}

/** Expects each of a hundred requests to have its two commands, and to go on in its own trace between them. */
export async function holdTraces(obs: TestObserve, recorded: Recorded, client: Client): Promise<void> {
  await Promise.all(
    Array.from({ length: 100 }, (_, id) =>
      obs.span(`request ${id}`, async () => {
        await client.set(`key ${id}`, `${id}`)
        obs.log.info({ id })
        expect(await client.get(`key ${id}`)).toBe(`${id}`)
      }),
    ),
  )
  for (let id = 0; id < 100; id += 1) {
    expect(recorded.within(`request ${id}`).map(({ name }) => name)).toEqual(['SET', 'GET'])
    const parent = the(obs.spans.find(({ name }) => name === `request ${id}`))
    expect(obs.lines.find((line) => line.id === id)).toMatchObject({ span_id: parent.spanId })
  }
  expect(recorded.spans).toHaveLength(200)
}
