/**
 * Takes the picture of the README from the running demo: `pnpm demo up`, then `pnpm picture`. Orders are placed, and the trace of one of
 * them in the console is shown next to the shop. Needs Chromium or Chrome on the PATH. What the page was made from is noted next to the
 * picture, and a test says when it has changed since.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findBrowser, launchBrowser } from '@lab/test-kit/browser'
import type { Browser } from 'playwright-core'
import { frontPageStamp, stampFile } from './front-page.ts'

const shop = process.env.DEMO_SHOP_URL ?? 'http://127.0.0.1:8080'
const console = process.env.DEMO_CONSOLE_URL ?? 'http://127.0.0.1:4300'
const picture = join(import.meta.dirname, 'picture.png')
/** How long the console may take to show an order, in milliseconds. */
const ARRIVAL_MS = 20_000
const ORDERS = 20

const browser = await launch()
try {
  const traceId = await placeQuickOrder()
  await arrived(traceId)
  const trace = await shoot(browser, `${console}/trace/${traceId}`, 1180, 760)
  const front = await shoot(browser, shop, 640, 760)
  await compose(browser, front, trace)
  await writeFile(stampFile, `${await frontPageStamp()}\n`)
  process.stdout.write(`${picture}\n`)
} finally {
  await browser.close()
}

function launch(): Promise<Browser> {
  const executablePath = findBrowser()
  if (executablePath === undefined)
    throw new Error('There is no Chromium on the PATH. Install chromium, then try again.')
  return launchBrowser(executablePath)
}

/** The quickest of some orders: the first ones wait for connections and compiled code, and another program may get in the way. */
async function placeQuickOrder(): Promise<string> {
  const orders: { traceId: string; took: number }[] = []
  while (orders.length < ORDERS) {
    const begin = performance.now()
    orders.push({ traceId: await placeOrder(), took: performance.now() - begin })
  }
  const [quickest] = orders.toSorted((one, other) => one.took - other.took)
  return quickest?.traceId ?? ''
}

async function placeOrder(): Promise<string> {
  const products = (await (await fetch(`${shop}/api/products`)).json()) as { sku: string; stock: number }[]
  const sku = products.find(({ stock }) => stock > 2)?.sku
  const response = await fetch(`${shop}/api/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
    body: JSON.stringify({
      customer: { name: 'Ada Lovelace', email: 'ada@example.com' },
      items: [{ sku, quantity: 2 }],
      card: '4242424242424242',
    }),
  })
  if (!response.ok) throw new Error(`The shop did not take the order: ${response.status} ${await response.text()}`)
  const { traceId } = (await response.json()) as { traceId: string }
  return traceId
}

/** Waits until the trace is whole: the receipt is its last part. */
async function arrived(traceId: string): Promise<void> {
  const deadline = Date.now() + ARRIVAL_MS
  while (Date.now() < deadline) {
    const response = await fetch(`${console}/api/trace?id=${traceId}`)
    if (response.ok && (await response.text()).includes('"notifier"')) return
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  throw new Error(`The console at ${console} does not show the trace ${traceId} after ${ARRIVAL_MS / 1000} s.`)
}

async function shoot(within: Browser, url: string, width: number, height: number): Promise<string> {
  const page = await within.newPage({ viewport: { width, height }, colorScheme: 'light' })
  // Both pages hold a stream open, so that the network is never idle.
  await page.goto(url, { waitUntil: 'load' })
  await page.waitForTimeout(1500)
  const png = await page.screenshot()
  await page.close()
  return `data:image/png;base64,${png.toString('base64')}`
}

async function compose(within: Browser, left: string, right: string): Promise<void> {
  const page = await within.newPage({ viewport: { width: 1480, height: 640 } })
  await page.setContent(`<!doctype html><style>
    body { margin: 0; padding: 24px; display: flex; gap: 24px; background: #e9eef4 }
    img { height: 592px; border-radius: 8px; box-shadow: 0 2px 12px #0003 }
  </style><img src="${left}"><img src="${right}">`)
  await page.locator('img').last().waitFor()
  await page.screenshot({ path: picture })
}
