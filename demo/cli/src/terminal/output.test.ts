/**
 * Output to a terminal and to a file.
 */
import { expect, test } from 'vitest'
import { withPnpmCommand } from './output.ts'

const text = 'Start it with `pnpm demo up`; `pnpm tools loki` builds Loki.'

test.each([
  ['typed as pnpm', { npm_execpath: '/usr/lib/node_modules/pnpm/bin/pnpm.cjs' }, text],
  [
    'typed as npx pnpm@12',
    { npm_execpath: '/home/ada/.npm/_npx/9c70/node_modules/pnpm/pnpm' },
    'Start it with `npx pnpm@12 demo up`; `npx pnpm@12 tools loki` builds Loki.',
  ],
  ['run without either', {}, 'Start it with `npx pnpm@12 demo up`; `npx pnpm@12 tools loki` builds Loki.'],
])('hints name the command: %s', (_, env, expected) => {
  expect(withPnpmCommand(text, env)).toBe(expected)
})
