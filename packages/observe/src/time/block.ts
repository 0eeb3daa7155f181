/** Waiting without a turn of the event loop, for a process that is ending and has none left. */
const NEVER = new Int32Array(new SharedArrayBuffer(4))

/** Holds up this thread, and so everything in it. */
export function block(ms: number): void {
  Atomics.wait(NEVER, 0, 0, ms)
}
