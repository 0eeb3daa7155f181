/**
 * Narrow terminals.
 */

import { expect, test } from 'vitest'
import { formatTable } from './table.ts'

const head = ['', 'service', 'link', 'metrics', 'purpose']
const rows = [
  ['●', 'gateway', 'http://127.0.0.1:8080', 'http://127.0.0.1:9464/metrics', 'the storefront and its API'],
  ['●', 'alertmanager', 'http://127.0.0.1:9093 (API)', 'http://127.0.0.1:9093/metrics', 'routes alerts'],
]

test.each([
  [132, ['link', 'metrics', 'purpose']],
  [80, ['link', 'metrics']],
  [60, ['link']],
])('at %d columns no line is longer, and what is shown is whole', (width, shown) => {
  const text = formatTable(head, rows, { optional: [4, 3], width })
  const [titles = '', ...lines] = text.split('\n')
  for (const line of [titles, ...lines]) expect(line.length).toBeLessThanOrEqual(width)
  expect(titles.trim().split(/ +/)).toEqual(['service', ...shown])
  for (const [, , link = '', metrics = ''] of rows) {
    expect(text).toContain(link)
    expect(text.includes(metrics)).toBe(shown.includes('metrics'))
  }
  expect(text.includes('A wider terminal also shows:')).toBe(shown.length < 3)
})

test('what may not be left out stays, however narrow the terminal is', () => {
  expect(formatTable(head, rows, { optional: [4], width: 20 })).toContain('http://127.0.0.1:9464/metrics')
})
