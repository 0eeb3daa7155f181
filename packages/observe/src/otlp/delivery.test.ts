/**
 * What happens to records while the endpoint is well, away, slow, refusing or only half pleased: real HTTP.
 */
import { createServer } from 'node:net'
import { NO_LISTENER_URL, type Receiver, startReceiver } from '@lab/test-kit/otlp-receiver'
import { afterEach, describe, expect, it } from 'vitest'
import { quotedLine } from '../../test/quoted-line.ts'
import { Delivery } from './delivery.ts'
import { MAX_RETRY_AFTER_MS, post } from './otlp-http.ts'
import { Batch } from './record-batch.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

async function receiving(): Promise<Receiver> {
  const receiver = await startReceiver()
  open.push(receiver)
  return receiver
}

function deliveryTo(url: string, limits = {}) {
  const said: string[] = []
  const say = (message: string) => void said.push(message)
  const delivery = new Delivery(
    'logs',
    { url: `${url}/v1/logs`, headers: {}, timeoutMs: 60_000, gzip: false },
    { maxQueue: 1000, maxBatch: 10, delayMs: 5, ...limits },
    new Batch({ 'service.name': 'test' }),
    { warn: say, info: say },
  )
  open.push({ close: () => delivery.close(0) })
  return {
    delivery,
    said,
    add: (line: string) => delivery.add((batch) => batch.addLine(line)),
    /** From now on somebody listens. */
    appear: (receiver: Receiver) => Object.assign(delivery.endpoint, { url: `${receiver.url}/v1/logs` }),
  }
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`not within 10 s: ${condition}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

const bodies = (receiver: Receiver) => receiver.logs.map((log) => log.body)
const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `line ${from + index}`)

describe('Delivery', () => {
  it('sends a full batch at once and a small one after its delay', async () => {
    const receiver = await receiving()
    const { delivery, add } = deliveryTo(receiver.url)
    for (const line of numbers(25)) add(line)
    await until(() => receiver.logs.length === 25)
    expect(bodies(receiver)).toEqual(numbers(25))
    await until(() => delivery.exported === 25)
    expect(delivery.length).toBe(0)
  })

  it('keeps records while nobody listens, says so once, and resumes by itself', async () => {
    const receiver = await receiving()
    const { add, said, appear } = deliveryTo(NO_LISTENER_URL)
    for (const line of numbers(15)) add(line)
    await until(() => said.length === 1)
    expect(said[0]).toMatch(
      /^cannot deliver logs to http:.*ECONNREFUSED.*; up to 1000 are kept and sent when it answers$/,
    )
    expect(said[0]).toMatch(quotedLine('cannot deliver'))
    for (const line of numbers(15, 15)) add(line)
    appear(receiver)
    await until(() => receiver.logs.length === 30)
    expect(bodies(receiver)).toEqual(numbers(30))
    await until(() => said.length === 2)
    expect(said[1]).toMatch(/takes logs again; lost since start: 0$/)
    expect(said[1]).toMatch(quotedLine('again; lost'))
  })

  it('drops the oldest beyond its limit and counts them', async () => {
    const receiver = await receiving()
    const { delivery, add, said, appear } = deliveryTo(NO_LISTENER_URL, { maxQueue: 20 })
    for (const line of numbers(100)) add(line)
    await until(() => said.length === 1)
    expect(delivery.length).toBeLessThanOrEqual(20)
    expect(delivery.dropped.queue_full).toBe(80)
    appear(receiver)
    await until(() => receiver.logs.length === 20)
    expect(bodies(receiver)).toEqual(numbers(20, 80))
  })

  it('counts each record once, also where the queue overflows while the endpoint is answering', async () => {
    const receiver = await receiving()
    const { delivery, add } = deliveryTo(receiver.url, { maxQueue: 20 })
    for (let turn = 0; turn < 100; turn += 1) {
      for (const line of numbers(50)) add(line)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await until(() => delivery.length === 0)
    expect(delivery.dropped.queue_full).toBeGreaterThan(0)
    expect(delivery.exported + delivery.dropped.queue_full).toBe(5000)
    expect(receiver.logs.length).toBe(delivery.exported)
  })

  it('tries again after 503, and not after 400', async () => {
    const receiver = await receiving()
    const { delivery, add, said } = deliveryTo(receiver.url)
    receiver.answer = { status: 503, headers: { 'retry-after': '1' } }
    add('first')
    await until(() => receiver.requests === 1)
    receiver.answer = undefined
    await until(() => receiver.logs.length === 1)
    receiver.answer = { status: 400 }
    add('second')
    await until(() => delivery.dropped.rejected === 1)
    expect(said.at(-1)).toMatch(/refused 1 logs: HTTP 400$/)
    expect(receiver.requests).toBe(3)
    expect(delivery.exported).toBe(1)
  })

  it.each([
    [30, 30_000],
    [3600, MAX_RETRY_AFTER_MS],
  ])('waits as long as the answer asks for, within a bound: %i s', async (seconds, afterMs) => {
    const receiver = await receiving()
    receiver.answer = { status: 503, headers: { 'retry-after': `${seconds}` } }
    const endpoint = { url: receiver.url, headers: {}, timeoutMs: 10_000, gzip: false }
    expect(await post(endpoint, Buffer.of())).toEqual({ kind: 'retry', reason: 'HTTP 503', afterMs })
  })

  it('counts what a partial success left out', async () => {
    const receiver = await receiving()
    const { delivery, add, said } = deliveryTo(receiver.url)
    const reason = 'too old '.repeat(40)
    receiver.answer = { status: 200, rejected: 2, reason }
    for (const line of numbers(10)) add(line)
    await until(() => delivery.exported === 8)
    expect(delivery.dropped.rejected).toBe(2)
    expect(said[0]).toContain(`refused 2 logs: ${reason}`)
  })

  it('gives up on an endpoint that takes the connection and never answers', async () => {
    const silent = createServer()
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    open.push({ close: () => silent.close() })
    const address = silent.address()
    const port = typeof address === 'object' ? address?.port : 0
    const { delivery, add, said } = deliveryTo(`http://127.0.0.1:${port}`)
    add('line')
    const started = Date.now()
    await delivery.close(200)
    // Without the deadline of its own it would wait a minute for the answer.
    expect(Date.now() - started).toBeLessThan(30_000)
    expect(said.at(-1)).toMatch(/^1 log was lost at shutdown: \S+ did not take it in time/)
    expect(delivery.dropped.shutdown).toBe(1)
  })

  it('compresses when asked', async () => {
    const receiver = await receiving()
    const { delivery, add } = deliveryTo(receiver.url)
    Object.assign(delivery.endpoint, { gzip: true })
    add('line')
    await until(() => receiver.logs.length === 1)
    expect(bodies(receiver)).toEqual(['line'])
    expect(receiver.encodings).toEqual(['gzip'])
  })
})
