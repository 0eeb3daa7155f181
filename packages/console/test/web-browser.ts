/**
 * The page in a real browser for tests: Chromium as Debian, macOS and others install it. Where none is found those tests are
 * skipped with a printed reason, so that `pnpm test` passes on a machine that has only Node.
 */

import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Milliseconds until something that should be on the screen is given up. */
const PATIENCE = 30_000

const executablePath = PLACES.find((place) => existsSync(place))
const built = existsSync(fileURLToPath(new URL('../dist/web/index.html', import.meta.url)))

if (!executablePath) {
  console.warn(`The page is not tested: no Chromium at ${PLACES.join(', ')}. On Debian: apt-get install chromium`)
} else if (!built) {
  throw new Error('The page is not built. Run: pnpm --filter @lab/observe-console build')
}

/** A test that needs a browser. */
export const browserTest = test.skipIf(!executablePath)

let browser: Browser | undefined

beforeAll(async () => {
  if (executablePath) browser = await chromium.launch({ executablePath, args: FLAGS })
})
afterAll(() => browser?.close())

/**
 * A page at an address. The test fails if the page logs an error, breaks its own Content-Security-Policy, opens a dialog or
 * asks any other host for anything.
 */
export async function openPage(address: string, options: BrowserContextOptions = {}): Promise<Page> {
  if (!browser) throw new Error('No browser was started.')
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, ...options })
  context.setDefaultTimeout(PATIENCE)
  const page = await context.newPage()
  const wrong: string[] = []
  page.on('pageerror', (error) => wrong.push(String(error.stack)))
  page.on('console', (message) => {
    // The browser also reports each query or visit that the console refused, which is what such a test is about.
    if (message.type() !== 'error' || message.location().url.includes('/api/')) return
    if (!message.text().includes('status of 401')) wrong.push(message.text())
  })
  page.on('dialog', (dialog) => {
    wrong.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(address).origin) wrong.push(`request to ${request.url()}`)
  })
  onTestFinished(async () => {
    await context.close()
    expect(wrong).toEqual([])
  })
  await page.goto(address)
  return page
}
