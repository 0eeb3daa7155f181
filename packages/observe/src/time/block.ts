/**
 * Waits without a turn of the event loop, for a process that exits and has none left.
 */
const NEVER = new Int32Array(new SharedArrayBuffer(4))

/** Blocks this thread. */
export function block(ms: number): void {
  Atomics.wait(NEVER, 0, 0, ms)
}
