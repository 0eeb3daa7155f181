/**
 * Long work in pieces, with a turn of the event loop in between whenever a few milliseconds have passed, so that requests
 * are answered meanwhile.
 */

/** Milliseconds of work at a time. Another process that takes the core meanwhile adds its own, so they are few. */
const TURN_MS = 1

export async function* inTurns<Piece>(pieces: Iterable<Piece>): AsyncGenerator<Piece> {
  // What was done before is a piece of its own.
  let begunMs = Number.NEGATIVE_INFINITY
  for (const piece of pieces) {
    if (performance.now() - begunMs >= TURN_MS) {
      await new Promise((resolve) => setImmediate(resolve))
      begunMs = performance.now()
    }
    yield piece
  }
}
