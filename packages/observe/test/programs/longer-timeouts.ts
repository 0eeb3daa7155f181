/**
 * Loaded before a program that ends, or a cluster: multiplies the timeouts of the library in it. On a busy machine a thread
 * may need longer to start than the two seconds that an exit has, and a worker longer to answer than the second that a scrape
 * gives it; what is lost then is no fault of the library.
 */
const FACTOR = 30

const { setTimeout: later } = globalThis
const { wait } = Atomics

/** Shorter ones are no deadline. */
function lengthened(ms: number): number {
  return ms < 1000 ? ms : ms * FACTOR
}

Reflect.set(globalThis, 'setTimeout', (run: () => void, ms: number) => later(run, lengthened(ms)))
Reflect.set(Atomics, 'wait', (array: Int32Array<ArrayBuffer>, index: number, value: number, ms: number) =>
  wait(array, index, value, lengthened(ms)),
)

export {}
