/**
 * Long work in pieces, with a turn of the event loop in between whenever a few milliseconds have passed, so that requests
 * are answered meanwhile.
 */

/** How long in milliseconds the event loop may wait. */
const TURN_MS = 4

export async function* inTurns<Piece>(pieces: Iterable<Piece>): AsyncGenerator<Piece> {
  let begunMs = performance.now()
  for (const piece of pieces) {
    yield piece
    if (performance.now() - begunMs < TURN_MS) continue
    await new Promise((resolve) => setImmediate(resolve))
    begunMs = performance.now()
  }
}
