/** Prints the milliseconds that importing the library takes in a fresh process. */

const begin = performance.now()
await import('@lab/observe')
process.stdout.write((performance.now() - begin).toFixed(0))
