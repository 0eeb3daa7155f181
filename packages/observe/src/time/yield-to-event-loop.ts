/**
 * Long work in pieces: yields to the event loop after each millisecond of work, so that requests are answered meanwhile.
 */

/** Milliseconds of work between two yields. Few, since time that another process takes from this core adds to them. */
const TURN_MS = 1

export async function* yieldToEventLoop<Piece>(pieces: Iterable<Piece>): AsyncGenerator<Piece> {
  // Yields before the first piece, too: the caller's work counts.
  let startedMs = Number.NEGATIVE_INFINITY
  for (const piece of pieces) {
    if (performance.now() - startedMs >= TURN_MS) {
      await new Promise((resolve) => setImmediate(resolve))
      startedMs = performance.now()
    }
    yield piece
  }
}
