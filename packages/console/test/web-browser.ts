/**
 * The page in a real browser for tests: Chromium as Debian, macOS and others install it. Where none is found those tests are
 * skipped with a printed reason, so that `pnpm test` passes on a machine that has only Node.
 */

import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { findBrowser, launchBrowser, NO_BROWSER } from '@lab/test-kit/browser'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'

/** Timeout in milliseconds of what should appear on the screen. */
const SCREEN_TIMEOUT_MS = 30_000

const executablePath = findBrowser()
const built = existsSync(fileURLToPath(new URL('../dist/web/index.html', import.meta.url)))

if (!executablePath) {
  console.warn(`Not tested: the page; ${NO_BROWSER}`)
} else if (!built) {
  throw new Error('The page is not built. Run: pnpm --filter @lab/observe-console build')
}

/** A test that needs a browser. */
export const browserTest = test.skipIf(!executablePath)

let browser: Browser | undefined

beforeAll(async () => {
  if (executablePath) browser = await launchBrowser(executablePath)
})
afterAll(() => browser?.close())

/**
 * A page at an address. The test fails if the page logs an error, breaks its own Content-Security-Policy, opens a dialog or
 * asks any other host for anything.
 */
export async function openPage(address: string, options: BrowserContextOptions = {}): Promise<Page> {
  if (!browser) throw new Error('No browser was started.')
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, ...options })
  context.setDefaultTimeout(SCREEN_TIMEOUT_MS)
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
