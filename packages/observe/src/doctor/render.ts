/**
 * Results for a terminal: one mark each, wrapped to its width. Colours only where the terminal shows them and neither
 * NO_COLOR nor a pipe forbids it.
 */
import { styleText } from 'node:util'
import type { CheckResult, Fact, Section } from './results.ts'

const MARKS = { ok: ['green', '✓'], note: ['blue', '·'], warning: ['yellow', '!'], problem: ['red', '✗'] } as const
const NARROWEST = 40
const WIDEST = 100

export function render(sections: readonly Section[], columns = 80): string {
  const width = Math.min(Math.max(columns, NARROWEST), WIDEST)
  return sections.map((section) => renderSection(section, width)).join('\n')
}

function renderSection({ title, facts = [], results }: Section, width: number): string {
  const lines = [styleText('bold', title)]
  const nameWidth = Math.max(0, ...facts.map(({ name }) => name.length))
  for (const fact of facts) lines.push(...renderFact(fact, nameWidth, width))
  for (const result of results) lines.push(...renderResult(result, width))
  return `${lines.join('\n')}\n`
}

/** Name, value and origin in one line where they fit, else the origin below the value. */
function renderFact({ name, value, origin }: Fact, nameWidth: number, width: number): string[] {
  const start = `  ${name.padEnd(nameWidth)}  `
  const from = styleText('dim', `(${origin})`)
  if (start.length + value.length + origin.length + 3 <= width) return [`${start}${value} ${from}`]
  const lines = wrap(value, width - start.length)
  const indent = ' '.repeat(start.length)
  return [...lines.map((line, index) => (index === 0 ? start : indent) + line), indent + from]
}

function renderResult(finding: CheckResult, width: number): string[] {
  const [colour, mark] = MARKS[finding.level]
  const lines = wrap(finding.text, width - 4).map((line, index) =>
    index === 0 ? `  ${styleText(colour, mark)} ${line}` : `    ${line}`,
  )
  if (!('remedy' in finding)) return lines
  return [...lines, ...wrap(finding.remedy, width - 6).map((line, index) => `    ${index === 0 ? '→' : ' '} ${line}`)]
}

/** Breaks between words; a word that is longer than a line stays whole, so that it can be copied. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
