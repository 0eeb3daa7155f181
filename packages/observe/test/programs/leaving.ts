/**
 * A program that ends spans and then leaves in the way its first argument says; driven by leaving.test.ts.
 */
import { onExit } from 'signal-exit'
import { observe } from '../../src/index.ts'

const [, , way = '', count = '0', handler = ''] = process.argv
if (handler === 'once, before') process.once('SIGTERM', () => setTimeout(() => process.exit(7), 200))
if (handler === 'signal-exit') onExit(() => undefined)
const obs = observe({ service: 'leaving', admin: false, metrics: false, log: { level: 'warn' } })
for (let index = 0; index < Number(count); index += 1) obs.span(`span ${index}`, () => undefined)
if (handler === 'handler') process.on('SIGTERM', () => process.exit(7))
if (handler === 'interrupt') process.on('SIGINT', () => process.exit(7))

const ways: Record<string, () => unknown> = {
  'natural end': () => undefined,
  'process.exit()': () => process.exit(3),
  'process.exit() after shutdown()': async () => {
    await obs.flush()
    // With nothing left to send, the shutdown takes no turn of the event loop.
    obs.log.warn('stopped')
    await obs.shutdown()
    obs.log.warn('the last words')
    process.on('exit', () => obs.log.warn('the very last words'))
    process.exit(3)
  },
  'shutdown()': () => obs.shutdown(),
  // Waits for its parent, as a worker of a pool does.
  disconnect: () => {
    process.once('message', () => undefined)
    process.send?.('ready')
  },
  'uncaught exception': () => {
    setImmediate(() => {
      throw new Error('not caught')
    })
  },
  'unhandled rejection': () => void Promise.reject(new Error('not handled')),
  signal: () => {
    setInterval(() => undefined, 1000)
    process.stdout.write('ready\n')
  },
}
ways[way]?.()
