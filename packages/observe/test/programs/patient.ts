/**
 * Loaded before a program that leaves, or a cluster: its library waits as long as it takes for what is on its way. A service
 * leaves in two seconds, which a busy machine may need for a thread to start, and a scrape asks a worker for one; what is
 * lost then is lost by no mistake.
 */
const PATIENCE = 30

const { setTimeout: later } = globalThis
const { wait } = Atomics

/** Shorter ones are no deadline. */
const lengthened = (ms: number): number => (ms < 1000 ? ms : ms * PATIENCE)

Reflect.set(globalThis, 'setTimeout', (run: () => void, ms: number) => later(run, lengthened(ms)))
Reflect.set(Atomics, 'wait', (array: Int32Array<ArrayBuffer>, index: number, value: number, ms: number) =>
  wait(array, index, value, lengthened(ms)),
)

export {}
