/**
 * The page under bad input: names that are markup stay text, broken trees are still drawn, and a trace of ten thousand spans
 * scrolls.
 */

import { expect } from 'vitest'
import { type Running, runConsole } from './running-console.ts'
import { attributes, type Json, nanoseconds } from './shop.ts'
import { browserTest, openPage } from './web-browser.ts'

const EVIL = '<img src=x onerror=alert(1)>'
const trace = 'ab'.repeat(16)

function id(index: number): string {
  return index.toString(16).padStart(16, '0')
}

/** Scrolls the waterfall for sixty frames, a screen each. */
const SCROLL = `(async () => {
  for (let frame = 0; frame < 60; frame += 1) {
    document.querySelector('.waterfall-rows').scrollTop += 700
    await new Promise(requestAnimationFrame)
  }
})()`

interface Sent {
  index: number
  parent?: number | undefined
  name?: string
  length?: number
}

function span({ index, parent, name = `step ${index}`, length = 2 }: Sent): Json {
  const start = Date.now() - 20_000 + index
  return {
    traceId: trace,
    spanId: id(index),
    ...(parent === undefined ? {} : { parentSpanId: id(parent) }),
    name,
    kind: parent === undefined ? 2 : 1,
    startTimeUnixNano: nanoseconds(start),
    endTimeUnixNano: nanoseconds(start + length),
  }
}

async function sendSpans(running: Running, service: string, spans: Json[]): Promise<void> {
  const resource = { attributes: attributes({ 'service.name': service }) }
  const answer = await running.send('traces', { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] })
  expect(answer.status).toBe(200)
  await expect
    .poll(async () => (await running.query('/api/trace', { id: trace })).spans.length, { timeout: 15_000 })
    .toBe(spans.length)
}

browserTest('whatever a name or a value holds is shown as text, on every screen', async () => {
  const running = await runConsole()
  const time = nanoseconds(Date.now() - 1000)
  const evil = attributes({ 'http.route': `/${EVIL}`, 'http.request.method': 'GET', [EVIL]: EVIL })
  const event = {
    name: 'exception',
    timeUnixNano: time,
    attributes: attributes({ 'exception.type': EVIL, 'exception.message': EVIL, 'exception.stacktrace': EVIL }),
  }
  const status = { code: 2, message: EVIL }
  await sendSpans(running, EVIL, [
    { ...span({ index: 1, name: EVIL }), attributes: evil, events: [event], status },
    { ...span({ index: 2, parent: 1, name: EVIL }), kind: 3, attributes: attributes({ 'db.system.name': EVIL }) },
  ])
  const resource = { attributes: attributes({ 'service.name': EVIL }) }
  const record = {
    timeUnixNano: time,
    severityNumber: 17,
    body: { stringValue: EVIL },
    attributes: evil,
    traceId: trace,
  }
  await running.send('logs', { resourceLogs: [{ resource, scopeLogs: [{ logRecords: [record] }] }] })
  const point = { timeUnixNano: time, asDouble: 1, attributes: evil }
  const metrics = [{ name: EVIL, unit: EVIL, description: EVIL, gauge: { dataPoints: [point] } }]
  await running.send('metrics', { resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] })
  await expect.poll(async () => (await running.query('/api/metrics', {})).instruments.length).toBeGreaterThan(0)

  const page = await openPage(running.url)
  const screens = [
    '/',
    `/routes?service=${encodeURIComponent(EVIL)}`,
    '/traces',
    `/trace/${trace}?span=${id(1)}`,
    `/compare?a=${trace}&b=${trace}`,
    '/logs',
    `/metrics?metric=${encodeURIComponent(EVIL)}`,
    '/errors',
    `/traces?q=${encodeURIComponent(JSON.stringify(EVIL))}`,
  ]
  for (const path of screens) {
    await page.goto(running.url + path)
    await page.locator('main :visible', { hasText: 'onerror' }).last().waitFor()
    expect(await page.locator('img').count(), path).toBe(0)
  }
  await page.keyboard.press('/')
  await page.keyboard.insertText('onerror')
  await page
    .getByRole('listbox', { name: 'Found' })
    .getByRole('option')
    .filter({ hasText: 'onerror' })
    .first()
    .waitFor()
  expect(await page.locator('img').count()).toBe(0)
})

browserTest('spans without a parent, in a circle, or with one id twice are all drawn', async () => {
  const running = await runConsole()
  await sendSpans(running, 'odd', [
    span({ index: 1 }),
    span({ index: 2, parent: 999 }),
    span({ index: 3, parent: 4 }),
    span({ index: 4, parent: 3 }),
    span({ index: 5, parent: 5 }),
  ])
  const page = await openPage(`${running.url}/trace/${trace}`)
  const rows = page.getByRole('grid', { name: 'Spans of the trace' }).getByRole('row')
  await expect.poll(() => rows.count()).toBe(5)
  expect(await rows.filter({ hasText: 'no parent' }).count()).toBe(1)
  await page.getByText('1 span came without the parent that it names').waitFor()
})

browserTest('a map of sixty services begins around the busiest one, and is drawn whole when asked', async () => {
  const running = await runConsole()
  const resourceSpans = Array.from({ length: 60 }, (_, n) => ({
    resource: { attributes: attributes({ 'service.name': `service-${n}-${'x'.repeat(80)}` }) },
    scopeSpans: [
      { spans: [span({ index: n + 1, parent: n === 0 ? undefined : n })].map((one) => ({ ...one, kind: 2 })) },
    ],
  }))
  await running.send('traces', { resourceSpans })
  const page = await openPage(running.url)
  const nodes = page.locator('.map-node')
  await nodes.first().waitFor()
  expect(await nodes.count()).toBeLessThan(5)
  await page.getByLabel('Map around').selectOption({ label: 'The whole map (60)' })
  await expect.poll(() => nodes.count()).toBe(60)
  expect(new URL(page.url()).searchParams.get('around')).toBe('everything')
  const wide =
    "(({ scrollWidth, parentElement }) => scrollWidth - parentElement.clientWidth)(document.querySelector('table'))"
  expect(await page.evaluate<number>(wide)).toBeLessThanOrEqual(0)
})

browserTest('a trace of 10,000 spans draws only the rows in view, also while it is scrolled', async () => {
  const running = await runConsole()
  const spans = Array.from({ length: 10_000 }, (_, index) =>
    span({
      index: index + 1,
      parent: index === 0 ? undefined : Math.ceil(index / 4),
      length: index === 0 ? 12_000 : 5,
    }),
  )
  await sendSpans(running, 'many', spans)
  const page = await openPage(`${running.url}/trace/${trace}`)
  const list = page.getByRole('grid', { name: 'Spans of the trace' })
  await list.getByRole('row').first().waitFor()
  expect(await list.getByRole('row').count()).toBeLessThan(80)
  expect(Number(await list.getAttribute('aria-rowcount'))).toBe(10_000)

  await page.evaluate(SCROLL)
  expect(await list.getByRole('row').count()).toBeLessThan(80)

  await list.focus()
  await page.keyboard.press('End')
  await expect.poll(() => list.getByRole('row', { selected: true }).getAttribute('aria-rowindex')).toBe('10000')
})
