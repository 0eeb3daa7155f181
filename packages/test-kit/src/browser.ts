/**
 * A real browser for tests and pictures: the Chromium or Chrome of this machine. Nothing is downloaded; where there is none,
 * `findBrowser` returns undefined and the caller prints `NO_BROWSER` and skips.
 */

import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

/** Reason to print where tests are skipped. */
export const NO_BROWSER = 'no Chromium on the PATH. On Debian: apt-get install chromium'

const programs = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome.exe']
const applications = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/** A page under test makes the only requests: no updates, no HTTP/3, no first-run pages. */
const quietFlags = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Path of the browser, or undefined where this machine has none. */
export function findBrowser(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const onPath = folders.flatMap((folder) => programs.map((program) => join(folder, program)))
  return [...onPath, ...applications].find((path) => existsSync(path))
}

export function launchBrowser(executablePath: string): Promise<Browser> {
  // Chromium's sandbox refuses to run as root, and the only pages it opens here are our own.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return chromium.launch({ executablePath, args: [...quietFlags, ...sandbox] })
}
