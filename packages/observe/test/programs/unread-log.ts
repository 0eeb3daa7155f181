/**
 * Logs more than its standard output takes, for as long as it is not read, and says on standard error where its /metrics are;
 * driven by unread-log.test.ts.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { adminListener, observe } from '../../src/index.ts'

const obs = observe({ service: 'unread', admin: false, traces: false })
const filling = 'x'.repeat(10_000)
let index = 0
const logging = setInterval(() => {
  for (let count = 0; count < 200; count += 1) obs.log.info({ index: index++, filling }, 'a line')
}, 5)
const admin = createServer(adminListener(obs))
admin.listen(0, '127.0.0.1', () => process.stderr.write(`port ${(admin.address() as AddressInfo).port}\n`))
// Any word means that the reader is back.
process.once('message', () => clearInterval(logging))
