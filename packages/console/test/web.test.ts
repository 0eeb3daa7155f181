/**
 * The page as a developer uses it, in a real browser against a real console: from the chart of a route to the trace of a
 * request, its logs, and back; by mouse and by keyboard.
 */

import { expect } from 'vitest'
import { largeShop } from './large-shop.ts'
import { type Running, runConsole } from './running-console.ts'
import { type Journey, journey, requestsOf } from './shop.ts'
import { browserTest, openPage } from './web-browser.ts'

/** A console that has the requests of the last ten minutes, every one different. */
async function runShop(count = 60): Promise<{ running: Running; journeys: Journey[] }> {
  const running = await runConsole()
  const begin = Date.now() - 600_000
  const journeys = Array.from({ length: count }, (_, index) =>
    journey({ at: begin + (index * 590_000) / count, luck: ((index * 37) % 100) / 100 }),
  )
  const { traces, logs } = requestsOf(journeys)
  await Promise.all([running.send('traces', traces), running.send('logs', logs)])
  await expect.poll(async () => (await running.query('/api/services', {})).services.length).toBe(5)
  return { running, journeys }
}

/** A console that has one request through each of so many services: a tree in which each calls up to three others. */
async function runLargeShop(count: number): Promise<{ running: Running }> {
  const running = await runConsole()
  await running.send('traces', largeShop(count))
  await expect.poll(async () => (await running.query('/api/services', {})).services.length).toBe(count)
  return { running }
}

browserTest('the services, who calls whom, and how they fare are on the first screen', async () => {
  const { running } = await runShop()
  const page = await openPage(running.url)
  for (const name of ['gateway', 'orders', 'inventory', 'payments', 'notifier']) {
    await page.getByRole('table').getByRole('link', { name, exact: true }).waitFor()
    await page.locator('.map-node', { hasText: name }).first().waitFor()
  }
  await page.locator('.map-node', { hasText: 'postgresql' }).first().waitFor()
  expect(await page.locator('.map-edge').count()).toBeGreaterThan(5)
})

browserTest('a large map is zoomed about a point, fitted and panned by buttons, keys, wheel and dragging', async () => {
  const { running } = await runLargeShop(100)
  const page = await openPage(`${running.url}/?around=everything`)
  const drawing = page.locator('.map-drawing')
  const pane = page.locator('.map')
  await page.locator('.map-node', { hasText: 'service-99' }).waitFor()
  const width = async () => (await drawing.boundingBox())?.width ?? 0
  const first = await width()
  await page.getByRole('button', { name: '+', exact: true }).click()
  await expect.poll(width).toBeCloseTo(first * 1.25, 0)
  await page.keyboard.press('-')
  await expect.poll(width).toBeCloseTo(first, 0)
  await page.keyboard.press('0')
  const fits = () => pane.evaluate((box) => box.scrollWidth <= box.clientWidth && box.scrollHeight <= box.clientHeight)
  await expect.poll(fits).toBe(true)

  const node = page.locator('.map-node', { hasText: 'service-50' })
  const middle = async () => {
    const box = await node.boundingBox()
    return { x: (box?.x ?? 0) + (box?.width ?? 0) / 2, y: (box?.y ?? 0) + (box?.height ?? 0) / 2 }
  }
  const before = await middle()
  const fitted = await width()
  await page.mouse.move(before.x, before.y)
  await page.keyboard.down('Control')
  for (let turn = 0; turn < 12; turn++) await page.mouse.wheel(0, -100)
  await page.keyboard.up('Control')
  await expect.poll(width).toBeGreaterThan(fitted * 4)
  await expect.poll(async () => Math.abs((await middle()).y - before.y)).toBeLessThan(60)

  const scrolled = () => pane.evaluate((box) => [box.scrollLeft, box.scrollTop])
  const [left = 0, top = 0] = await scrolled()
  const ground = await pane.boundingBox()
  const from = { x: (ground?.x ?? 0) + 3, y: (ground?.y ?? 0) + (ground?.height ?? 0) / 2 }
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  await page.mouse.move(from.x + 40, from.y + 30)
  await page.mouse.up()
  await expect.poll(scrolled).toEqual([Math.max(0, left - 40), Math.max(0, top - 30)])
})

browserTest('a trace id pasted into the search leads to its trace', async () => {
  const { running, journeys } = await runShop()
  const id = journeys[7]?.traceId ?? ''
  const page = await openPage(running.url)
  await page.getByRole('table').waitFor()
  await page.keyboard.press('/')
  await page.keyboard.insertText(` ${id} `)
  await page
    .getByRole('listbox', { name: 'Found' })
    .getByRole('option', { name: `Trace ${id}` })
    .first()
    .waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL(`**/trace/${id}`)
  await page.getByRole('grid', { name: 'Spans of the trace' }).getByText('gateway').first().waitFor()
})

browserTest('from a dot on the chart of a route to its trace, to its logs, and back', async () => {
  const { running } = await runShop()
  const page = await openPage(running.url)
  await page.getByRole('table').getByRole('link', { name: 'gateway', exact: true }).click()
  await page.getByRole('link', { name: 'POST /orders', exact: true }).click()
  await page.getByRole('heading', { name: 'POST /orders' }).waitFor()
  const dot = page
    .getByRole('figure', { name: 'Duration' })
    .getByRole('link', { name: /Failed request/ })
    .last()
  await dot.click()
  await page.waitForURL(/\/trace\/[0-9a-f]{32}\?.*span=/)
  const trace = /trace\/([0-9a-f]{32})/.exec(page.url())?.[1]
  await page.getByRole('grid', { name: 'Spans of the trace' }).focus()
  await page.keyboard.press('e')
  await page.keyboard.press('e')
  await page.getByRole('complementary').getByText('The card was declined').first().waitFor()
  await page.getByRole('main').getByRole('link', { name: 'Logs', exact: true }).click()
  await page.waitForURL(/\/logs\?/)
  const line = page.getByRole('row', { name: /payment declined/ })
  await line.click()
  await page.getByRole('link', { name: 'Open its trace' }).click()
  await page.waitForURL(`**/trace/${trace}?*`)
  await page.goBack()
  await page.goBack()
  await page.waitForURL(`**/trace/${trace}?*`)
})

browserTest('filters and time range stand in the address and survive a reload', async () => {
  const { running, journeys } = await runShop()
  const failed = journeys.filter(({ spans }) => JSON.stringify([...spans]).includes('PaymentDeclined'))
  const page = await openPage(`${running.url}/traces`)
  await page.getByRole('button', { name: 'Errors only' }).click()
  await page.getByRole('combobox', { name: 'Filter' }).press('End')
  await page.getByRole('combobox', { name: 'Filter' }).pressSequentially(' service:pay')
  await page.getByRole('option', { name: /service:payments/ }).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  await page.locator('#range').click()
  await page.getByRole('button', { name: 'Last hour' }).click()
  const filter = { q: 'status:error service:payments ', range: '1h' }
  await expect.poll(() => Object.fromEntries(new URL(page.url()).searchParams)).toEqual(filter)
  const found = page.getByRole('heading', { name: `${failed.length} traces`, exact: true })
  await found.waitFor()
  await page.reload()
  await found.waitFor()
  expect(await page.getByRole('combobox', { name: 'Filter' }).inputValue()).toBe(filter.q)
  expect(await page.locator('#range').textContent()).toContain('Last hour')
})

browserTest('a filter that cannot be understood is explained in the words of the console', async () => {
  const { running } = await runShop()
  const page = await openPage(`${running.url}/traces?q=duration:>soon`)
  await page.getByRole('alert').getByText('is not a duration').waitFor()
})

browserTest('live tail shows a new line, and the services screen a new request', async () => {
  const { running } = await runShop()
  const logs = await openPage(`${running.url}/logs`)
  await logs.getByRole('grid', { name: 'Log lines' }).getByRole('row').first().waitFor()
  const services = await openPage(running.url)
  await services.getByRole('table').getByRole('link', { name: 'gateway', exact: true }).waitFor()
  const spanCount = () =>
    services
      .locator('tr', { hasText: 'gateway' })
      .getByTitle(/requests/)
      .getAttribute('title')
  const before = await spanCount()
  const body = 'the kettle is on'
  const line = {
    timeUnixNano: `${Date.now()}000000`,
    severityNumber: 9,
    body: { stringValue: body },
  }
  await running.send('logs', { resourceLogs: [{ scopeLogs: [{ logRecords: [line] }] }] })
  await running.send('traces', requestsOf([journey({ at: Date.now() - 500, luck: 0.1 })]).traces)
  await logs.getByText(body).waitFor()
  await expect.poll(spanCount).not.toBe(before)
})

browserTest('no line is lost between the page that is loaded and the tail that goes on from it', async () => {
  const { running } = await runShop(5)
  const count = 300
  const sendLine = (index: number) => {
    const line = { timeUnixNano: `${Date.now()}000000`, severityNumber: 9, body: { stringValue: `drop ${index}` } }
    return running.send('logs', { resourceLogs: [{ scopeLogs: [{ logRecords: [line] }] }] })
  }
  const rain = (async () => {
    for (let index = 0; index < count; index += 1) await sendLine(index)
  })()
  const page = await openPage(`${running.url}/logs?q=drop`)
  await rain
  const lines = page.getByRole('grid', { name: 'Log lines' })
  await expect.poll(() => lines.getAttribute('aria-rowcount')).toBe(String(count))
})

browserTest('two traces are compared span by span', async () => {
  const { running } = await runShop()
  const page = await openPage(`${running.url}/traces?q=${encodeURIComponent('service:gateway name:"POST /orders"')}`)
  const compare = page.getByRole('button', { name: 'Compare' })
  await compare.nth(0).click()
  await page.getByText('choose the other one').waitFor()
  await compare.nth(3).click()
  await page.waitForURL(/\/compare\?/)
  const rows = page.getByRole('grid', { name: 'Spans side by side' }).getByRole('row')
  await rows.filter({ hasText: 'payments' }).first().waitFor()
  expect(await rows.count()).toBeGreaterThan(7)
})

browserTest('errors are grouped, and lead to an example trace', async () => {
  const { running } = await runShop()
  const page = await openPage(`${running.url}/errors`)
  await page
    .getByRole('link', { name: /PaymentDeclined/ })
    .first()
    .click()
  await page.waitForURL(/\/trace\/[0-9a-f]{32}/)
  await page.getByText('PaymentDeclined').first().waitFor()
})

browserTest('next to the errors of a route, in which 4xx do not count, a link leads to its 4xx', async () => {
  const { running } = await runShop()
  const page = await openPage(`${running.url}/routes?service=gateway&route=${encodeURIComponent('POST /orders')}`)
  await page.getByRole('link', { name: '4xx' }).click()
  await page.waitForURL(/\/traces/)
  const q = new URL(page.url()).searchParams.get('q')
  expect(q).toBe('service:gateway route:"POST /orders" status:client-error')
})

browserTest('keys alone lead from the services to a span, and every key is listed', async () => {
  const { running } = await runShop()
  const page = await openPage(running.url)
  await page.getByRole('table').waitFor()
  await page.keyboard.press('j')
  await page.keyboard.press('ArrowDown')
  const focused = () => page.evaluate<string>('document.activeElement.textContent')
  expect(await focused()).not.toContain('gateway')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/routes\?service=/)

  // The two are a pair within a second, and the machine may be busy for longer between them.
  const pair = async () => {
    await page.keyboard.press('g')
    await page.keyboard.press('t')
    return new URL(page.url()).pathname
  }
  await expect.poll(pair).toBe('/traces')
  await page.getByRole('grid', { name: 'Traces' }).getByRole('row').first().waitFor()
  await page.keyboard.press('j')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/trace\/[0-9a-f]{32}/)
  const spans = page.getByRole('grid', { name: 'Spans of the trace' })
  await spans.getByRole('row').first().waitFor()
  const all = await spans.getByRole('row').count()
  await page.keyboard.press('j')
  await page.getByRole('complementary', { name: 'Span' }).waitFor()
  await page.keyboard.press('ArrowLeft')
  expect(await spans.getByRole('row').count()).toBeLessThan(all)
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => spans.getByRole('row').count()).toBe(all)

  await page.keyboard.press('?')
  await page.getByRole('dialog').getByText('Light, dark, or as the system').waitFor()
  await page.keyboard.press('Escape')
  await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
})

browserTest('colours follow the system until one is chosen, and the choice is kept', async () => {
  const running = await runConsole()
  const page = await openPage(running.url, { colorScheme: 'dark' })
  // Keys work once the first frame is drawn, and what is shown of an answer comes after that.
  await page.getByRole('heading', { name: 'No requests yet' }).waitFor()
  const ground = () => page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor')
  const dark = await ground()
  await page.emulateMedia({ colorScheme: 'light' })
  const light = await ground()
  expect(light).not.toBe(dark)
  await page.keyboard.press('t')
  await page.keyboard.press('t')
  await expect.poll(ground).toBe(dark)
  await page.reload()
  expect(await ground()).toBe(dark)
})

browserTest('an empty console says how to send, and shows what is sent without a reload', async () => {
  const running = await runConsole()
  const page = await openPage(running.url)
  await page.getByRole('heading', { name: 'No requests yet' }).waitFor()
  for (const language of ['Node.js', 'OpenTelemetry JS', 'Python', 'Go', 'Java', '.NET', 'k6', 'curl']) {
    await page.getByRole('tab', { name: language, exact: true }).click()
    await page
      .getByRole('tabpanel', { name: language, exact: true })
      .getByText(new URL(running.otlpUrl).host)
      .first()
      .waitFor()
  }
  await running.send('traces', requestsOf([journey({ at: Date.now() - 400, luck: 0.1 })]).traces)
  await page.getByRole('table').getByRole('link', { name: 'gateway', exact: true }).waitFor()
})

browserTest(
  'without the token a browser reads where it is printed, and gets in with it to where it wanted',
  async () => {
    const { url, token } = await runConsole({ host: '0.0.0.0' })
    const page = await openPage(`${new URL(url).origin}/logs?q=level:error&range=1h`)
    await page.getByRole('heading', { name: 'This console asks for its token' }).waitFor()
    await page.getByLabel('Token').fill('guess')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('That is not the token').waitFor()
    await page.getByLabel('Token').fill(token ?? '')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/logs?q=level%3Aerror&range=1h')
    await page
      .getByRole('heading', { name: 'No log lines yet' })
      .or(page.getByText('No line in this time range'))
      .waitFor()
    expect(await page.evaluate('document.cookie')).toBe('')
  },
)
