/**
 * Every page for everyone: axe-core finds nothing to complain about, in either theme, wide or narrow, empty or full.
 */

import axe, { type AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { runConsole } from './running-console.ts'
import { journey, requestsOf } from './shop.ts'
import { ShopMetrics } from './shop-metrics.ts'
import { browserTest, openPage } from './web-browser.ts'

/** Waits until a page has settled: what is about to change is paler for that while. */
async function expectNone(page: Page, what: string): Promise<void> {
  await expect.poll(() => complaints(page), { message: what }).toEqual([])
}

/** What axe-core finds, one line each: the rule, and where. */
async function complaints(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate<AxeResults>('axe.run()')
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`))
}

/** The paths of the pages in the navigation bar. */
async function navigation(page: Page): Promise<string[]> {
  const links = page.getByRole('navigation', { name: 'Pages' }).getByRole('link')
  await links.first().waitFor()
  return links.evaluateAll((all) => all.map((link) => link.getAttribute('href')?.split('?')[0] ?? ''))
}

const looks = [
  { colorScheme: 'light', viewport: { width: 1440, height: 900 } },
  { colorScheme: 'dark', viewport: { width: 1440, height: 900 } },
  { colorScheme: 'light', viewport: { width: 900, height: 900 } },
] as const

/** axe-core looks at every element of a dozen pages. */
const TIMEOUT = 180_000

browserTest.each(looks)('pages with data, $colorScheme, $viewport.width wide', { timeout: TIMEOUT }, async (look) => {
  const running = await runConsole()
  const now = Date.now()
  const journeys = Array.from({ length: 40 }, (_, n) => journey({ at: now - 300_000 + n * 7000, luck: n / 40 }))
  const { traces, logs } = requestsOf(journeys)
  const metrics = new ShopMetrics(now - 300_000).report(now, 60_000, journeys[0])
  await Promise.all([running.send('traces', traces), running.send('logs', logs), running.send('metrics', metrics)])
  const failed = journeys.at(-1)?.traceId ?? ''
  const { spans } = await running.query('/api/trace', { id: failed })
  const wrong = spans.find(({ status }) => status === 'error')?.spanId
  const [line] = (await running.query('/api/logs', { q: 'level:error' })).logs
  const screens: [path: string, shown: string][] = [
    ['/', 'Who calls whom'],
    ['/routes?service=gateway&route=POST%20%2Forders', 'a dot is a request'],
    ['/traces', 'traces'],
    [`/trace/${failed}?span=${wrong}`, 'Spans like this'],
    [`/compare?a=${failed}&b=${journeys[30]?.traceId}`, 'Two traces compared'],
    [`/logs?line=${line?.id}`, 'Open its trace'],
    ['/metrics?metric=http.server.request.duration', 'Split by'],
    ['/errors', 'grouped by type'],
    ['/setup', 'Stored'],
  ]
  const page = await openPage(running.url, look)
  expect(screens.map(([path]) => path.split('?')[0])).toEqual(expect.arrayContaining(await navigation(page)))
  for (const [path, shown] of screens) {
    await page.goto(running.url + path)
    await page.getByRole('main').getByText(shown).first().waitFor()
    await expectNone(page, `${path} ${look.colorScheme} ${look.viewport.width}`)
  }
  await page.keyboard.press('?')
  await page.getByRole('dialog').waitFor()
  await expectNone(page, 'the help')
  await page.keyboard.press('Escape')
  await page.keyboard.press('/')
  await page.keyboard.insertText('pay')
  await page.getByRole('listbox', { name: 'Found' }).getByRole('option').first().waitFor()
  await expectNone(page, 'the search')
})

browserTest('pages without data, and the one that asks for the token', { timeout: TIMEOUT }, async () => {
  const empty = await runConsole()
  const guarded = await runConsole({ host: '0.0.0.0' })
  for (const { colorScheme } of looks.slice(0, 2)) {
    const page = await openPage(empty.url, { colorScheme })
    for (const path of [...(await navigation(page)), '/no-such-page', `/trace/${'a'.repeat(32)}`]) {
      await page.goto(empty.url + path)
      await page.getByRole('main').getByRole('heading').first().waitFor()
      await expectNone(page, `${path} ${colorScheme}`)
    }
    const door = await openPage(new URL(guarded.url).origin, { colorScheme })
    await expectNone(door, `token ${colorScheme}`)
  }
})
