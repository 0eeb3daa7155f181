/**
 * What happens to records while the endpoint answers, is away, is slow, refuses or accepts a part: real HTTP.
 */
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer } from 'node:net'
import { NO_LISTENER_URL, type Receiver, startReceiver } from '@lab/test-kit/otlp-receiver'
import { afterEach, describe, expect, test } from 'vitest'
import { quotedLine } from '../../test/quoted-line.ts'
import { Delivery } from './delivery.ts'
import { MAX_RETRY_AFTER_MS } from './export-answer.ts'
import { post } from './otlp-http.ts'
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
  const log = (message: string) => void said.push(message)
  const delivery = new Delivery(
    'logs',
    { url: `${url}/v1/logs`, headers: {}, timeoutMs: 60_000, gzip: false },
    { maxQueue: 1000, maxBatch: 10, delayMs: 5, ...limits },
    new Batch({ 'service.name': 'test' }),
    { warn: log, info: log },
  )
  open.push({ close: () => delivery.close(0) })
  return {
    delivery,
    said,
    add: (line: string) => delivery.add((batch) => batch.addLine(line)),
    /** From here on the endpoint listens. */
    appear: (receiver: Receiver) => Object.assign(delivery.endpoint, { url: `${receiver.url}/v1/logs` }),
  }
}

async function answering(listener: RequestListener): Promise<string> {
  const server = createHttpServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push({
    close() {
      server.closeAllConnections()
      server.close()
    },
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`not within 10 s: ${condition}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

function bodies(receiver: Receiver) {
  return receiver.logs.map((log) => log.body)
}

function numbers(count: number, from = 0) {
  return Array.from({ length: count }, (_, index) => `line ${from + index}`)
}

describe('Delivery', () => {
  test('sends a full batch at once and a small one after its delay', async () => {
    const receiver = await receiving()
    const { delivery, add } = deliveryTo(receiver.url)
    for (const line of numbers(25)) add(line)
    await until(() => receiver.logs.length === 25)
    expect(bodies(receiver)).toEqual(numbers(25))
    await until(() => delivery.exported === 25)
    expect(delivery.length).toBe(0)
  })

  test('keeps records while the endpoint is away, says so once, and resumes by itself', async () => {
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

  test('drops the oldest beyond its limit and counts them', async () => {
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

  test('counts each record once, also where the queue overflows while the endpoint is answering', async () => {
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

  test('tries again after 503, and not after 400', async () => {
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

  test.each([
    [30, 30_000],
    [3600, MAX_RETRY_AFTER_MS],
  ])('waits as long as the answer asks for, within a bound: %i s', async (seconds, afterMs) => {
    const receiver = await receiving()
    receiver.answer = { status: 503, headers: { 'retry-after': `${seconds}` } }
    const endpoint = { url: receiver.url, headers: {}, timeoutMs: 10_000, gzip: false }
    expect(await post(endpoint, Buffer.of())).toEqual({ kind: 'retry', reason: 'HTTP 503', afterMs })
  })

  test('counts what a partial success left out', async () => {
    const receiver = await receiving()
    const { delivery, add, said } = deliveryTo(receiver.url)
    const reason = 'too old '.repeat(40)
    receiver.answer = { status: 200, rejected: 2, reason }
    for (const line of numbers(10)) add(line)
    await until(() => delivery.exported === 8)
    expect(delivery.dropped.rejected).toBe(2)
    expect(said[0]).toContain(`refused 2 logs: ${reason}`)
  })

  test('gives up on an endpoint that takes the connection and never answers', async () => {
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

  test('bounds every request by the batch size, and splits what the endpoint finds too large', async () => {
    const receiver = await receiving()
    const { delivery, add, said, appear } = deliveryTo(NO_LISTENER_URL)
    const text = 'x'.repeat(2000)
    for (let index = 0; index < 100; index += 1) add(`${index} ${text}`)
    await until(() => said.length === 1)
    receiver.maxBytes = 6000
    appear(receiver)
    await until(() => receiver.logs.length === 100)
    expect(bodies(receiver)).toEqual(Array.from({ length: 100 }, (_, index) => `${index} ${text}`))
    // Ten lines are the size of a batch here.
    expect(Math.max(...receiver.sizes)).toBeLessThan(30_000)
    expect(delivery.dropped).toEqual({ queue_full: 0, rejected: 0, shutdown: 0, invalid: 0 })
  })

  test('gives up a single record that is too large, and only that one', async () => {
    const receiver = await receiving()
    receiver.maxBytes = 6000
    const { delivery, add, said } = deliveryTo(receiver.url)
    add('before')
    add('x'.repeat(10_000))
    add('after')
    await until(() => delivery.dropped.rejected === 1)
    await until(() => receiver.logs.length === 2)
    expect(bodies(receiver)).toEqual(['before', 'after'])
    expect(said.filter((text) => text.includes('refused 1 logs: HTTP 413'))).toHaveLength(1)
  })

  test('leaves out a record that cannot be encoded, says so once and counts it', async () => {
    const receiver = await receiving()
    const { delivery, add, said } = deliveryTo(receiver.url)
    const invalid = new Proxy(
      {},
      {
        get: () => {
          throw new Error('no such span')
        },
      },
    )
    const addSpan = () => delivery.add((batch) => batch.addSpan(invalid as never))
    add('before')
    addSpan()
    addSpan()
    add('after')
    await until(() => receiver.logs.length === 2)
    expect(delivery.dropped.invalid).toBe(2)
    expect(said).toHaveLength(1)
    expect(said[0]).toContain('cannot be encoded and is left out: no such span')
  })

  test('says that the endpoint refuses after it was away', async () => {
    const receiver = await receiving()
    receiver.answer = { status: 401 }
    const { add, said, appear } = deliveryTo(NO_LISTENER_URL)
    add('line')
    await until(() => said.length === 1)
    appear(receiver)
    await until(() => said.length === 2)
    expect(said[1]).toMatch(/refused 1 logs: HTTP 401$/)
  })

  test('passes on a warning that came with full success', async () => {
    const receiver = await receiving()
    receiver.answer = { status: 200, body: '\n\x0c\x12\nuse gzip !' }
    const { add, said } = deliveryTo(receiver.url)
    add('line')
    await until(() => said.length === 1)
    expect(said[0]).toMatch(/accepted the logs with a warning: use gzip !$/)
  })

  test('waits until the date that the answer names, within a bound', async () => {
    const receiver = await receiving()
    receiver.answer = { status: 503, headers: { 'retry-after': new Date(Date.now() + 20_000).toUTCString() } }
    const result = await post({ url: receiver.url, headers: {}, timeoutMs: 10_000, gzip: false }, Buffer.of())
    const { afterMs = 0 } = result.kind === 'retry' ? result : {}
    expect(afterMs).toBeGreaterThan(5000)
    expect(afterMs).toBeLessThanOrEqual(20_000)
  })

  test('bounds the whole exchange where the answer arrives byte by byte', async () => {
    const url = await answering((_, response) => {
      response.writeHead(200)
      const timer = setInterval(() => response.write('x'), 20)
      response.on('close', () => clearInterval(timer))
    })
    const result = await post({ url, headers: {}, timeoutMs: 300, gzip: false }, Buffer.of())
    expect(result).toMatchObject({ kind: 'retry' })
  })

  test('names itself, and keeps user and password of the endpoint out of its messages', async () => {
    const receiver = await receiving()
    const { add, said, delivery } = deliveryTo(NO_LISTENER_URL.replace('//', '//user:secret@'))
    add('line')
    await until(() => said.length === 1)
    expect(said[0]).toContain('to http://127.0.0.1:1/v1/logs')
    expect(said[0]).not.toContain('secret')
    Object.assign(delivery.endpoint, { url: `${receiver.url}/v1/logs` })
    await until(() => receiver.logs.length === 1)
    expect(receiver.userAgents).toEqual(['lab-observe (OTLP exporter; Node.js)'])
  })

  test('goes through the proxy of the environment where Node.js supports it', async (context) => {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
    if (major < 22 || (major === 22 && minor < 21) || (major === 24 && minor < 5)) context.skip()
    let asked: string | undefined
    const proxy = await answering((request, response) => {
      asked = request.url
      response.end()
    })
    const endpoint = { url: 'http://collector.example:4318/v1/logs', headers: {}, timeoutMs: 10_000, gzip: false }
    expect(await post({ ...endpoint, proxyEnv: { http_proxy: proxy } }, Buffer.of())).toMatchObject({
      kind: 'accepted',
    })
    expect(asked).toBe(endpoint.url)
  })

  test('compresses when asked', async () => {
    const receiver = await receiving()
    const { delivery, add } = deliveryTo(receiver.url)
    Object.assign(delivery.endpoint, { gzip: true })
    add('line')
    await until(() => receiver.logs.length === 1)
    expect(bodies(receiver)).toEqual(['line'])
    expect(receiver.encodings).toEqual(['gzip'])
  })
})
