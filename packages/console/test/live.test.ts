/**
 * Live updates over Server-Sent Events: what was stored is announced, a tail gets its lines, and a stream that broke goes on.
 */

import { expect, onTestFinished, test } from 'vitest'
import type { LiveEvents } from '../src/contract/contract.ts'
import { runConsole } from './running-console.ts'
import { type Journey, journey, requestsOf } from './shop.ts'

interface Event {
  event: string
  id: string
  data: unknown
}

/** Reads events one at a time, as EventSource would. */
async function* events(url: string, headers: Record<string, string> = {}): AsyncGenerator<Event> {
  const stop = new AbortController()
  onTestFinished(() => stop.abort())
  const response = await fetch(url, { headers, signal: stop.signal })
  expect(response.headers.get('content-type')).toMatch('text/event-stream')
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString()
    const whole = text.split('\n\n')
    text = whole.pop() ?? ''
    for (const event of whole) {
      const fields = Object.fromEntries(
        event.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      )
      yield { event: fields.event ?? '', id: fields.id ?? '', data: JSON.parse(fields.data ?? 'null') }
    }
  }
}

async function next<Name extends keyof LiveEvents>(
  stream: AsyncGenerator<Event>,
  name: Name,
): Promise<{ id: string; data: LiveEvents[Name] }> {
  for (;;) {
    const { value } = await stream.next()
    // The server's events are typed by the contract; this is where they come in.
    if (value?.event === name) return value as { id: string; data: LiveEvents[Name] }
  }
}

function bodies(data: LiveEvents['logs']) {
  return data.logs.map(({ body }) => body)
}

function failingOrder(): Journey {
  return journey({ at: Date.now(), luck: 0.97 })
}

test('what was stored is announced to every listener', async () => {
  const { url, send } = await runConsole()
  const stream = events(`${url}/api/live`)
  expect((await next(stream, 'changed')).data).toMatchObject({ spans: 0, logs: 0, services: [] })
  const { traces, logs } = requestsOf([failingOrder()])
  await Promise.all([send('traces', traces), send('logs', logs)])
  // What is stored on both sides of a tick is announced in two parts.
  const received = { spans: 0, logs: 0, services: new Set<string>() }
  while (received.spans < 9 || received.logs < 2) {
    const { data } = await next(stream, 'changed')
    received.spans += data.spans
    received.logs += data.logs
    for (const service of data.services) received.services.add(service)
  }
  expect([received.spans, received.logs]).toEqual([9, 2])
  expect([...received.services].sort()).toEqual(['gateway', 'inventory', 'orders', 'payments'])
})

test('a tail gets new lines that match, in order, and goes on after a break without gap or repetition', async () => {
  const { url, send } = await runConsole()
  await send('logs', requestsOf([failingOrder()]).logs)
  const address = `${url}/api/live?logs=1&q=${encodeURIComponent('service:payments declined')}`
  const first = events(address)
  const { id: start } = await next(first, 'changed')
  await send('logs', requestsOf([failingOrder(), failingOrder()]).logs)
  const { id, data } = await next(first, 'logs')
  expect(bodies(data)).toEqual(['payment declined', 'payment declined'])
  expect(data.skipped).toBe(0)
  await first.return(undefined)

  await send('logs', requestsOf([failingOrder()]).logs)
  const second = events(address, { 'last-event-id': id })
  expect(bodies((await next(second, 'logs')).data)).toEqual(['payment declined'])
  const third = events(address, { 'last-event-id': start })
  expect(bodies((await next(third, 'logs')).data)).toHaveLength(3)
})

test('a tail that falls behind says how many lines it skipped', async () => {
  const { url, send } = await runConsole()
  const stream = events(`${url}/api/live?logs=1`)
  const { id } = await next(stream, 'changed')
  await stream.return(undefined)
  await send('logs', requestsOf(Array.from({ length: 400 }, failingOrder)).logs)
  const { data } = await next(events(`${url}/api/live?logs=1`, { 'last-event-id': id }), 'logs')
  expect([data.logs.length, data.skipped]).toEqual([500, 300])
})
