/**
 * The storefront as a person uses it: a real browser, the gateway on a real port, peers that play the shop behind it.
 */

import { findBrowser, launchBrowser, NO_BROWSER } from '@lab/test-kit/browser'
import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startGateway, type TestGateway } from './gateway.ts'
import { type Shop, startShop } from './shop-peers.ts'

const executablePath = findBrowser()
if (!executablePath) {
  console.log(`Not tested: the storefront; ${NO_BROWSER}`)
}

/** Milliseconds to wait for one thing on a busy machine. */
const timeout = 15_000

describe.skipIf(!executablePath)('the storefront', { timeout: 60_000 }, () => {
  let browser: Browser
  let shop: Shop
  let gateway: TestGateway
  let page: Page
  /** What the browser complained about, security policy violations included. */
  let complaints: string[]

  beforeAll(async () => {
    browser = await launchBrowser(executablePath ?? '')
  })
  beforeEach(async () => {
    shop = await startShop()
    gateway = await startGateway(shop.peers)
    page = await open()
  })
  afterEach(async () => {
    await page.context().close()
    await gateway.close()
    expect(complaints).toEqual([])
  })
  afterAll(() => browser?.close())

  async function open(options: BrowserContextOptions = {}): Promise<Page> {
    complaints = []
    const context = await browser.newContext({ baseURL: gateway.url, locale: 'en-GB', ...options })
    const opened = await context.newPage()
    opened.setDefaultTimeout(timeout)
    opened.on('pageerror', (error) => complaints.push(error.message))
    opened.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
    opened.on('console', (message) => {
      const isAnswer = message.text().startsWith('Failed to load resource: the server responded with')
      if (message.type() === 'error' && !isAnswer) complaints.push(message.text())
    })
    return opened
  }

  const add = (name: string) => page.getByRole('button', { name: `Add ${name} to the basket` }).click()
  const placeButton = () => page.getByRole('button', { name: /^Place order/ })
  const placings = () => shop.peers.orders.requests.filter(({ method }) => method === 'POST')
  const keys = () => placings().map(({ headers }) => headers['idempotency-key'])

  async function fillCheckout(): Promise<void> {
    await page.goto('/')
    await add('Assam tea')
    await page.getByLabel('Name').fill('Ada Lovelace')
    await page.getByLabel('Email for the receipt').fill('ada@example.com')
  }

  test('products have drawn pictures, which need no font, on the shelf and in the basket', async () => {
    await page.goto('/')
    await add('Assam tea')
    for (const place of ['.product[data-sku="tea-assam"] .image', '.lines .small-image']) {
      const box = await page.locator(`${place} svg.picture`).boundingBox()
      expect(box?.width).toBeGreaterThan(20)
      expect(box?.height).toBeGreaterThan(20)
    }
    expect(await page.locator('main').textContent()).not.toMatch(/\p{Extended_Pictographic}/u)
    const drawn = (sku: string) => page.locator(`.product[data-sku="${sku}"] .picture .lines`).getAttribute('d')
    expect(await drawn('mug-blue')).not.toBe(await drawn('tea-assam'))
  })

  test('takes an order from the shelf to its receipt, and copies its trace id', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await fillCheckout()
    await add('Assam tea')
    await add('Small fern')
    await page.getByRole('button', { name: 'One Small fern more' }).click()
    await expectText('.total', 'Total€55.60')
    await placeButton().click()

    await page.waitForURL('**/orders/*')
    await page.getByRole('heading', { name: 'Thank you for your order' }).waitFor()
    await page.getByText('The receipt is on its way').waitFor()
    await expectText('.basket-link', 'Basket 0')
    expect(placings()[0]?.body).toMatchObject({
      customer: { name: 'Ada Lovelace', email: 'ada@example.com' },
      items: [
        { sku: 'tea-assam', quantity: 2 },
        { sku: 'plant-fern', quantity: 2 },
      ],
    })

    shop.sendReceipts()
    await page.getByText('Receipt sent to ada@example.com').waitFor()
    await page.getByRole('button', { name: /^Trace/ }).click()
    await page.getByText('Copied').waitFor()
    const [order] = shop.orders.values()
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(order?.traceId)
    await page.getByRole('link', { name: 'Orders', exact: true }).click()
    await expectText('.order .badge', 'Confirmed')
  })

  test('a double click places one order', async () => {
    await fillCheckout()
    await placeButton().dblclick()
    await page.waitForURL('**/orders/*')
    expect(keys()).toHaveLength(1)
  })

  test('an order that failed is tried again under the same key, also after a reload', async () => {
    await fillCheckout()
    const { orders } = shop.peers
    const error = { code: 'dependency_unavailable', message: 'POST /reservations of inventory answered 500.' }
    const words = 'The shop cannot take orders right now. Nothing was charged. Please try again in a moment.'
    orders.on('POST /orders', { status: 503, body: { error }, headers: { 'retry-after': '5' } })
    await placeButton().click()
    await page.getByText(words).waitFor()
    await page.reload()
    await placeButton().click()
    await page.getByText(words).waitFor()
    expect(keys()).toHaveLength(2)
    expect(new Set(keys()).size).toBe(1)
  })

  test('a declined card is explained in plain words, and another card is another order', async () => {
    await fillCheckout()
    await page.getByLabel('0002').check()
    await placeButton().click()
    await page.getByText('The bank declined the card.').waitFor()
    await expectText('.basket-link', 'Basket 1')
    await page.getByLabel('4242').check()
    await placeButton().click()
    await page.waitForURL('**/orders/*')
    expect(new Set(keys()).size).toBe(2)
  })

  test('asks for what is missing before anything is sent', async () => {
    await page.goto('/')
    await add('Assam tea')
    await page.getByLabel('Email for the receipt').fill('nobody')
    await placeButton().click()
    expect(await page.evaluate('document.activeElement.name')).toBe('name')
    expect(await page.locator('[aria-invalid]').count()).toBe(2)
    expect(placings()).toEqual([])
  })

  test('shows stock as it changes, and what is sold out cannot be added', async () => {
    await page.goto('/')
    const socks = page.getByRole('button', { name: 'Add Wool socks to the basket' })
    expect(await socks.isDisabled()).toBe(true)
    await page.getByText('42 in stock').waitFor()
    for (const product of shop.products) product.stock = product.sku === 'sock-wool' ? 7 : 1
    await page.getByText('7 in stock', { exact: true }).waitFor()
    expect(await socks.isDisabled()).toBe(false)
  })

  test('keeps the basket over a reload and in another tab', async () => {
    await page.goto('/')
    await add('Blue mug')
    await page.reload()
    await expectText('.line-name > span', 'Blue mug')
    const tab = await page.context().newPage()
    await tab.goto('/status')
    await add('Moon lamp')
    await tab.getByText('Basket 2').waitFor()
  })

  test('text from the server stays text', async () => {
    const [product] = shop.products
    if (product) Object.assign(product, { name: '<img src=x onerror=alert(1)>', description: '<b>bold</b>' })
    await page.goto('/')
    await page.getByRole('heading', { name: '<img src=x onerror=alert(1)>' }).waitFor()
    await page.getByText('<b>bold</b>').waitFor()
  })

  test('says when the shop is in trouble, and recovers by itself', async () => {
    const { inventory } = shop.peers
    const answer = () => ({ body: shop.products.map((product) => ({ ...product, currency: 'EUR' })) })
    inventory.on('GET /products', { status: 500, body: {} }, { status: 500, body: {} }, answer)
    await page.goto('/')
    await page.getByText('Something went wrong on our side. Please try again in a moment.').waitFor()
    await page.getByRole('heading', { name: 'Assam tea' }).waitFor()
    await expectText('#shelf-problem', '')
  })

  test('the status page shows what is down and which faults are on', async () => {
    shop.peers.payments.on('GET /faults', { body: { 'payments-slow': true } })
    shop.peers.notifier.on('GET /faults', { status: 500, body: {} })
    await page.goto('/status')
    await page.getByText('One service does not answer.').waitFor()
    await page.getByText('pnpm demo fault payments-slow off').waitFor()
    await expectText('.service:has-text("notifier") .badge', 'Down')
  })

  test('the status page shows the alerts, those that fire first', async () => {
    await page.goto('/status')
    await page.getByText('None since the notifier was started.').waitFor()
    const fires = {
      name: 'ErrorBudgetBurn',
      service: 'payments',
      severity: 'page',
      status: 'firing',
      summary: 'payments burns its budget',
      description: '80 % of the requests fail.',
      runbookUrl: 'https://example.org/runbook#errorbudgetburn',
      startsAt: '2026-03-04T10:20:30Z',
    }
    const resolved = { name: 'ServiceAbsent', status: 'resolved', startsAt: fires.startsAt, endsAt: fires.startsAt }
    shop.peers.notifier.on('GET /alerts', { body: [fires, resolved] })
    await page.getByText('Every service answers. One alert fires.').waitFor()
    await expectText('.alert .badge', 'Fires')
    await page.getByText('payments · page · ErrorBudgetBurn · Runbook').waitFor()
    expect(await page.getByRole('link', { name: 'Runbook' }).getAttribute('href')).toBe(fires.runbookUrl)
    await expectText('.alert.good .badge', 'Resolved')
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      expect(await violations(), colorScheme).toEqual([])
    }
    await page.setViewportSize({ width: 320, height: 640 })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320)
  })

  test('an order that does not exist is said to be none', async () => {
    await page.goto('/orders/none')
    await page.getByRole('heading', { name: 'There is no such order' }).waitFor()
    expect(await violations()).toEqual([])
    await page.getByRole('main').getByRole('link', { name: 'Your orders' }).click()
    await page.getByText('No orders yet.').waitFor()
    await page.goto('/nowhere')
    await page.getByRole('main').getByRole('link', { name: 'Back to the shop' }).click()
    await page.getByRole('heading', { name: 'Assam tea' }).waitFor()
  })

  test('what is added while an order is placed stays in the basket', async () => {
    await fillCheckout()
    const { orders } = shop.peers
    const answer = Promise.withResolvers<void>()
    orders.on('POST /orders', (request, response) => {
      const { items } = request.body as { items: { sku: string; quantity: number }[] }
      const id = '5f0d3a1c-2b7e-4c57-9a3e-0d9b1f6f1c11'
      const order = {
        id,
        status: 'confirmed',
        totalCents: 1290,
        currency: 'EUR',
        items,
        createdAt: new Date().toISOString(),
      }
      orders.on(`GET /orders/${id}`, { body: order })
      void answer.promise.then(() =>
        response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(order)),
      )
    })
    await placeButton().click()
    await page.getByRole('button', { name: 'Placing your order…' }).waitFor()
    await add('Small fern')
    await add('Assam tea')
    answer.resolve()
    await page.waitForURL('**/orders/*')
    await expectText('.basket-link', 'Basket 2')
    expect(await page.getByRole('heading', { name: 'How it travelled' }).count()).toBe(0)
  })

  test.each([
    ['customer.name', 'Please give your name.'],
    ['customer.email', 'Please give an email address, such as ada@example.com.'],
    ['items.0.quantity', 'Please check how much of each product you want: 1 to 99.'],
    ['card', 'Please choose a card.'],
  ])("an order that is refused for its %s says so in a shopper's words", async (path, words) => {
    await fillCheckout()
    const error = {
      code: 'invalid_request',
      message: `${path}: too_small`,
      details: { issues: [{ path, message: 'too_small' }] },
    }
    shop.peers.orders.on('POST /orders', { status: 400, body: { error } })
    await placeButton().click()
    await page.getByText(words).waitFor()
    expect(await page.locator('main').textContent()).not.toContain('too_small')
  })

  test.each([
    ['declined', 'Card declined', 'The bank declined the card.'],
    ['out_of_stock', 'Out of stock', 'Another order was faster'],
  ])('the page of a %s order says what became of it, and leads back to the basket', async (status, badge, story) => {
    const id = '5f0d3a1c-2b7e-4c57-9a3e-0d9b1f6f1c11'
    const items = [{ sku: 'tea-assam', quantity: 2 }]
    const order = {
      id,
      status,
      totalCents: null,
      currency: 'EUR',
      items,
      createdAt: '2026-01-02T03:04:05.000Z',
      traceId: '0af7651916cd43dd8448eb211c80319c',
    }
    shop.peers.orders.on(`GET /orders/${id}`, { body: order })
    await page.goto(`/orders/${id}`)
    await page.getByRole('heading', { name: 'Your order was not placed' }).waitFor()
    await expectText('.badge', badge)
    await page.getByText(story).waitFor()
    await page.getByText('2 pieces').waitFor()
    // Its trace is not kept any more.
    expect(await page.getByRole('link', { name: 'Open the trace' }).count()).toBe(0)
    await page.getByRole('link', { name: 'Back to your basket' }).click()
    await page.waitForURL('**/#basket')
  })

  test.each(['light', 'dark'] as const)('is accessible in the %s scheme', async (colorScheme) => {
    await page.emulateMedia({ colorScheme })
    await fillCheckout()
    expect(await violations()).toEqual([])
    await page.getByLabel('0002').check()
    await placeButton().click()
    await page.getByText('The bank declined the card.').waitFor()
    expect(await violations()).toEqual([])
    await page.getByLabel('4242').check()
    await placeButton().click()
    await page.getByRole('heading', { name: 'Thank you for your order' }).waitFor()
    for (const path of [page.url(), '/orders', '/status', '/nowhere']) {
      await page.goto(path)
      await page.locator('main:not(:has([aria-busy]))').waitFor()
      expect(await violations(), path).toEqual([])
    }
  })

  test('fits on the narrowest phone', async () => {
    await page.setViewportSize({ width: 320, height: 640 })
    await fillCheckout()
    await placeButton().click()
    await page.getByRole('heading', { name: 'Thank you for your order' }).waitFor()
    for (const path of [page.url(), '/', '/orders', '/orders/none', '/status', '/nowhere']) {
      await page.goto(path)
      await page.locator('main:not(:has([aria-busy]))').waitFor()
      expect(await page.evaluate('document.documentElement.scrollWidth'), path).toBe(320)
    }
  })

  test('a button with a count in it fits into its card on the narrowest phone', async () => {
    await page.setViewportSize({ width: 320, height: 640 })
    await page.goto('/')
    for (const sku of ['tea-assam', 'plant-fern']) {
      const card = page.locator(`[data-sku="${sku}"]`)
      for (let count = 1; count <= 12; count += 1) await card.getByRole('button').click()
      const [outer, inner] = [await card.boundingBox(), await card.getByRole('button').boundingBox()]
      const margin = (outer?.x ?? 0) + (outer?.width ?? 0) - (inner?.x ?? 0) - (inner?.width ?? 0)
      expect(margin).toBeGreaterThan(8)
    }
  })

  /** What axe-core finds wrong, by rule and element. Colours are compared as they are without transitions. */
  async function violations(): Promise<string[]> {
    await page.emulateMedia({ reducedMotion: 'reduce' })
    return page.evaluate(`${axe.source};
      axe.run().then(({ violations }) =>
        violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ' at ' + target)))`)
  }

  async function expectText(selector: string, text: string): Promise<void> {
    await expect.poll(() => page.locator(selector).first().textContent(), { timeout }).toBe(text)
  }
})
