/**
 * An order as someone follows it who bought it: placed in the storefront in a real browser, found in the console, opened from
 * its dot on the chart of its route, read span by span, from there to its log lines, and back.
 */

import { findBrowser, launchBrowser, NO_BROWSER } from '@lab/test-kit/browser'
import { eventually } from '@lab/test-kit/eventually'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { type Shop, theShop } from './shop.ts'

/** The services that an order crosses; the last one is reached through the queue. */
const crossed = ['gateway', 'orders', 'inventory', 'payments', 'notifier']
const arrival = 30_000
/** Of the orders of ten seconds the slowest and an ordinary one become dots, so the first order may not be one. */
const tries = 20
const aMinute = 60_000

const executablePath = findBrowser()
if (executablePath === undefined) process.stdout.write(`Not tested: the way of an order; ${NO_BROWSER}\n`)

const orderSchema = z.object({ traceId: z.string() })
const traceSchema = z.object({ spans: z.array(z.object({ service: z.string() })) })
const redSchema = z.object({ exemplars: z.array(z.object({ traceId: z.string() })) })

let shop: Shop
let browser: Browser | undefined

beforeAll(async () => {
  if (executablePath === undefined) return
  shop = await theShop()
  browser = await launchBrowser(executablePath)
})

afterAll(() => browser?.close())

/** Buys something as a customer does. Returns the order's trace id, which the shop shows with the receipt. */
async function buy(page: Page): Promise<string> {
  await page.goto(shop.url('gateway'))
  await page
    .getByRole('button', { name: /^Add .* to the basket$/ })
    .first()
    .click()
  await page.getByLabel('Name').fill('Ada Lovelace')
  await page.getByLabel('Email for the receipt').fill('ada@example.com')
  await page.getByRole('button', { name: /^Place order/ }).click()
  await page.getByRole('heading', { name: 'Thank you for your order' }).waitFor()
  const { pathname } = new URL(page.url())
  // With the cookie of the shopper: an order is for the one who placed it.
  const order = await page.request.get(`${shop.url('gateway')}/api${pathname}`)
  return orderSchema.parse(await order.json()).traceId
}

async function query(path: string, query: Record<string, string>): Promise<unknown> {
  return (await fetch(`${shop.url('console')}/api/${path}?${new URLSearchParams(query)}`)).json()
}

/** Waits until every service has sent its part; true where the order became a dot on its route's chart. */
async function isDot(traceId: string): Promise<boolean> {
  await eventually('the whole trace in the console', arrival, async () => {
    const { spans } = traceSchema.parse(await query('trace', { id: traceId }))
    expect(spans.map(({ service }) => service)).toEqual(expect.arrayContaining(crossed))
  })
  const { exemplars } = redSchema.parse(await query('red', { service: 'gateway', route: 'POST /api/orders' }))
  return exemplars.some((exemplar) => exemplar.traceId === traceId)
}

async function buyDot(page: Page): Promise<string> {
  for (let bought = 0; bought < tries; bought++) {
    const traceId = await buy(page)
    if (await isDot(traceId)) return traceId
  }
  throw new Error(`Of ${tries} orders none became a dot on the chart of POST /api/orders.`)
}

test.skipIf(executablePath === undefined)(
  'from the storefront to the chart, the trace, its logs, and back',
  async () => {
    if (!browser) throw new Error('No browser was started.')
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    page.setDefaultTimeout(arrival)
    const traceId = await buyDot(page)
    const spans = page.getByRole('grid', { name: 'Spans of the trace' })

    await page.goto(shop.url('console'))
    await page.getByRole('table', { name: 'Services' }).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.insertText(traceId)
    await page
      .getByRole('option', { name: `Trace ${traceId}` })
      .first()
      .waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL(`**/trace/${traceId}*`)
    await spans.getByText('notifier').first().waitFor()

    // A dot of its own is certain where the chart shows little time.
    const now = Date.now()
    await page.goto(`${shop.url('console')}/?from=${now - 2 * aMinute}&to=${now}`)
    await page.getByRole('table', { name: 'Services' }).getByRole('link', { name: 'gateway', exact: true }).click()
    await page.getByRole('link', { name: 'POST /api/orders', exact: true }).click()
    await page.getByRole('heading', { name: 'POST /api/orders' }).waitFor()
    const dot = page.getByRole('figure', { name: 'Duration' }).locator(`a[href^="/trace/${traceId}"]`)
    // By the keyboard, which reaches a dot also where the dot of another order covers it.
    await dot.press('Enter')

    await page.waitForURL(`**/trace/${traceId}?*span=*`)
    await page.getByRole('complementary', { name: 'Span' }).getByText('/api/orders').first().waitFor()
    for (const service of crossed) await spans.getByText(service, { exact: true }).first().waitFor()
    await spans.getByText('order confirmed').waitFor()

    await page.getByRole('main').getByRole('link', { name: 'Logs', exact: true }).click()
    await page.waitForURL(/\/logs\?/)
    const lines = page.getByRole('grid', { name: 'Log lines' }).getByRole('row')
    await lines.filter({ hasText: 'receipt sent' }).waitFor()
    await lines.filter({ hasText: 'order confirmed' }).click()
    await page.getByRole('link', { name: 'Open its trace' }).click()
    await page.waitForURL(`**/trace/${traceId}?*`)
    await page.goBack()
    await lines.filter({ hasText: 'order confirmed' }).waitFor()
    await page.close()
  },
)
