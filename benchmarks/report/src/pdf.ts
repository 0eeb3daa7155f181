/**
 * The page as PDF, printed by the Chromium of this machine.
 */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** Writes it; returns why not where there is no browser. */
export async function writePdf(page: string, path: string): Promise<string | undefined> {
  const browser = findBrowser()
  if (browser === undefined) return `there is no Chromium on PATH (${NAMES.join(', ')}).`
  // Chromium refuses to have a sandbox as root, and prints a page of our own here.
  const running = await chromium.launch({
    executablePath: browser,
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })
  try {
    const tab = await running.newPage({ colorScheme: 'light' })
    await tab.setContent(page, { waitUntil: 'load' })
    await tab.pdf({ path, preferCSSPageSize: true, printBackground: true, tagged: true, outline: true })
    return undefined
  } finally {
    await running.close()
  }
}

function findBrowser(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path))
}
