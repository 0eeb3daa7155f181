/**
 * The README's first two minutes, read as a stranger reads them: one file to save, and the commands in their order.
 */
import { readFileSync } from 'node:fs'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const minutes = /^## Two minutes\n([\s\S]*?)^## /m.exec(readme)?.[1] ?? ''
const [, file = '', code = ''] = /Save as `([^`]+)`:\n\n```js\n([\s\S]*?)```/.exec(minutes) ?? []

/** The service. */
export const service = { file, code }

export const commands = Array.from(minutes.matchAll(/```sh\n([\s\S]*?)```/g), ([, block = '']) =>
  block.trim().split('\n'),
).flat()
