/**
 * The report of the runs that are committed with it: it is what is committed, says what is missing, and needs no network.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readInputs, STORED } from './inputs.ts'
import { pageOf } from './page.ts'
import { reportOf, TITLE } from './report.ts'

const OUT = join(import.meta.dirname, '../out')

test('the committed report is what the committed runs give', async () => {
  const document = await reportOf(await readInputs(STORED, []))
  expect(document.markdown).toBe(await readFile(join(OUT, 'report.md'), 'utf8'))
  expect(pageOf(document, TITLE)).toBe(await readFile(join(OUT, 'report.html'), 'utf8'))
  for (const { file, svg } of document.figures) expect(svg, file).toBe(await readFile(join(OUT, file), 'utf8'))
})

test('the page loads nothing, names five findings, and each figure names its file', async () => {
  const document = await reportOf(await readInputs(STORED, []))
  const page = pageOf(document, TITLE)
  expect(page).not.toMatch(/(?:src|href)="https?:/)
  expect(page.match(/<svg /g)?.length).toBe(document.figures.length)
  const [front = ''] = document.markdown.split('\n## ')
  expect(front.match(/^- .+\.$/gm)).toHaveLength(5)
  for (const { file } of document.figures) expect(document.markdown).toContain(`](${file})\n\n*`)
})

test('what was not measured is named, with what measures it', async () => {
  const inputs = await readInputs(STORED, [])
  const { markdown } = await reportOf({ ...inputs, scenarios: [], sides: new Map(), overhead: undefined })
  for (const command of ['k6 load', 'k6 stress', 'k6 soak', 'weaknesses n-plus-one', 'overhead']) {
    expect(markdown).toMatch(new RegExp(`\\*\\*Missing:\\*\\* .*\`pnpm bench ${command}\``))
  }
})

test('a folder without runs is refused with what makes one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'report-'))
  await expect(readInputs(folder, [])).rejects.toThrow('`pnpm bench k6 load` makes one')
  await rm(folder, { recursive: true })
})
