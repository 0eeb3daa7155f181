/**
 * Long work yields to the event loop: what is due runs between the pieces.
 */
import { expect, test } from 'vitest'
import { yieldToEventLoop } from './yield-to-event-loop.ts'

/** Pieces that take more than a millisecond each; but for the first, as if what was done before had taken the time. */
function* slowly(count: number): Generator<number> {
  for (let piece = 0; piece < count; piece += 1) {
    const endMs = performance.now() + (piece === 0 ? 0 : 1.1)
    while (performance.now() < endMs);
    yield piece
  }
}

test('yields before the first piece and after each millisecond', async () => {
  const order: string[] = []
  let isWorking = true
  const look = (): void => {
    order.push('turn')
    if (isWorking) setImmediate(look)
  }
  setImmediate(look)
  for await (const piece of yieldToEventLoop(slowly(5))) order.push(String(piece))
  isWorking = false
  const pieces = order.filter((entry) => entry !== 'turn')
  expect(pieces).toEqual(['0', '1', '2', '3', '4'])
  for (const piece of pieces) expect(order[order.indexOf(piece) - 1], `before piece ${piece}`).toBe('turn')
})
