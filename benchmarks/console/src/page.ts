/**
 * The page in a real browser: how soon it paints, how evenly a trace of 10,000 spans scrolls, and how long after it was sent a
 * span is on the screen.
 */

import { randomBytes } from 'node:crypto'
import { findBrowser, launchBrowser } from '@lab/test-kit/browser'
import type { Browser, Page } from 'playwright-core'
import type { ConsoleProcess } from './console-process.ts'
import { type Spread, spreadOf } from './spread.ts'

export interface PageFigures {
  /** From the navigation to the first text on the screen, with an empty cache. */
  firstPaint: Spread
  /** Between two frames while the trace scrolls a screen per frame. */
  scrollFrame: Spread
  /** From before the export was sent to the span's name on the screen. */
  spanOnScreen: Spread
}

const SPANS_OF_TRACE = 10_000
const FRAMES = 300
const viewport = { width: 1440, height: 900 }

/** Undefined, with the reason printed, where there is no browser. */
export async function measurePage(console: ConsoleProcess, rounds: number): Promise<PageFigures | undefined> {
  const executablePath = findBrowser()
  if (executablePath === undefined) {
    process.stderr.write('The page is not measured: no Chromium on the PATH.\n')
    return undefined
  }
  const browser = await launchBrowser(executablePath)
  try {
    return {
      firstPaint: await firstPaint(browser, console, rounds),
      scrollFrame: await scrollFrames(browser, console),
      spanOnScreen: await spanOnScreen(browser, console, rounds),
    }
  } finally {
    await browser.close()
  }
}

async function firstPaint(browser: Browser, console: ConsoleProcess, rounds: number): Promise<Spread> {
  const took: number[] = []
  for (let round = 0; round < rounds; round++) {
    await withPage(browser, async (page) => {
      await page.goto(`${console.url}/?range=24h`)
      await page.getByRole('table', { name: 'Services' }).waitFor()
      took.push(await page.evaluate<number>("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
    })
  }
  return spreadOf(took)
}

/** Run in the page: scrolls a screen per frame, and returns the milliseconds between the frames. */
const SCROLL = `(async () => {
  const list = document.querySelector('[data-list]')
  const took = []
  let last = await new Promise(requestAnimationFrame)
  for (let frame = 0; frame < ${FRAMES}; frame++) {
    list.scrollTop += list.clientHeight
    const now = await new Promise(requestAnimationFrame)
    took.push(now - last)
    last = now
  }
  return took
})()`

async function scrollFrames(browser: Browser, console: ConsoleProcess): Promise<Spread> {
  const traceId = randomBytes(16).toString('hex')
  const ids = Array.from({ length: SPANS_OF_TRACE }, () => randomBytes(8).toString('hex'))
  const spans = ids.map((spanId, index) => ({
    ...span(traceId, spanId, `step ${index}`, Date.now() - 20_000 + index),
    parentSpanId: index === 0 ? '' : ids[Math.ceil(index / 4) - 1],
  }))
  await send(console, spans)
  return withPage(browser, async (page) => {
    await page.goto(`${console.url}/trace/${traceId}`)
    await page.getByText(`${SPANS_OF_TRACE.toLocaleString('en')} spans`).waitFor()
    return spreadOf(await page.evaluate<number[]>(SCROLL))
  })
}

function spanOnScreen(browser: Browser, console: ConsoleProcess, rounds: number): Promise<Spread> {
  return withPage(browser, async (page) => {
    await page.goto(`${console.url}/traces?range=24h`)
    await page.getByRole('grid', { name: 'Traces' }).waitFor()
    const took: number[] = []
    for (let round = 0; round < rounds; round++) {
      const name = `seen ${randomBytes(4).toString('hex')}`
      const begun = performance.now()
      await send(console, [span(randomBytes(16).toString('hex'), randomBytes(8).toString('hex'), name, Date.now())])
      await page.getByText(name, { exact: true }).waitFor()
      took.push(performance.now() - begun)
    }
    return spreadOf(took)
  })
}

async function withPage<Result>(browser: Browser, use: (page: Page) => Promise<Result>): Promise<Result> {
  const context = await browser.newContext({ viewport })
  context.setDefaultTimeout(60_000)
  try {
    return await use(await context.newPage())
  } finally {
    await context.close()
  }
}

function span(traceId: string, spanId: string, name: string, start: number) {
  const times = { startTimeUnixNano: `${start}000000`, endTimeUnixNano: `${start + 5}000000` }
  return { traceId, spanId, name, kind: 2, ...times }
}

async function send(console: ConsoleProcess, spans: object[]): Promise<void> {
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'bench' } }] }
  const answer = await fetch(`${console.otlpUrl}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] }),
  })
  if (!answer.ok) throw new Error(`traces: ${answer.status} ${await answer.text()}`)
}
