/**
 * The rhythm of live questions: ask now and after each change of what is stored, but never two at once and never so often
 * that a busy console would do nothing else.
 */

import { changes } from './live.ts'

/** Milliseconds from an answer to the next question. */
const PACE = 1000

/** Asks once or, with `follow`, until stopped. Returns what stops it; nothing is shown after that. */
export function poll<T>(
  load: (signal: AbortSignal) => Promise<T>,
  show: (answer: T) => void,
  fail: (error: Error) => void,
  follow: boolean,
): () => void {
  const abort = new AbortController()
  let busy = false
  let again = false
  const run = async (): Promise<void> => {
    if (busy) {
      again = true
      return
    }
    busy = true
    const answered = await load(abort.signal).then(
      (answer) => () => show(answer),
      (error: unknown) => () => fail(error instanceof Error ? error : new Error(String(error))),
    )
    if (abort.signal.aborted) return
    answered()
    setTimeout(() => {
      busy = false
      if (again && !abort.signal.aborted) {
        again = false
        void run()
      }
    }, PACE)
  }
  void run()
  let first = true
  const unsubscribe = changes.subscribe(() => {
    if (first) first = false
    else if (follow) void run()
  })
  return () => {
    abort.abort()
    unsubscribe()
  }
}
