/**
 * A service that gets SIGTERM, with the handler that its first argument names; driven by termination.test.ts.
 */
import { observe } from '../../src/index.ts'

const [, , handler = 'none'] = process.argv
const obs = observe({ service: 'termination' })

function leave(): void {
  process.stdout.write('handling\n')
  obs.span('while draining', () => undefined)
  process.prependOnceListener('SIGINT', () => process.exit(7))
}
if (handler === 'on') process.on('SIGTERM', leave)
if (handler === 'once') process.once('SIGTERM', leave)
if (handler === 'prependOnceListener') process.prependOnceListener('SIGTERM', leave)
if (handler === 'interrupt') process.on('SIGINT', () => process.stdout.write('handling\n'))
setInterval(() => obs.span('tick', () => undefined), 100)
process.stdout.write(`ready, mark ${process.env.OTEL_EXPORTER_PROMETHEUS_PORT}\n`)
