/** Log lines that the page on operations quotes, so that those that are written can be held against them. */
import { readFileSync } from 'node:fs'

const page = readFileSync(new URL('../docs/operations.md', import.meta.url), 'utf8')
const quoted = Array.from(page.matchAll(/^\| log: `(.*?)`/gm), ([, line = '']) => line)

/** The one with these words as a pattern: `...` stands for what differs, N for a number, and spans for any signal. */
export function quotedLine(words: string): RegExp {
  const line = quoted.find((text) => text.includes(words))
  if (line === undefined) throw new Error(`the page on operations quotes no line with "${words}"`)
  const literal = line.replace(/[/().:]/g, '\\$&')
  return new RegExp(
    literal
      .replaceAll('\\.\\.\\.', '.*')
      .replace(/\bN$/, '\\d+')
      .replace(/\bspans to|spans again/, (text) => text.replace('spans', '\\w+')),
  )
}
