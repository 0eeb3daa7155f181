/**
 * Proves the table of rooms: a scratch file in each room imports every other room, and exactly what the table does not
 * allow turns red. Without this a typo in the table would silently open a door.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { rooms } from './rooms.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

test.each(Object.entries(rooms))('%s: each room imports what the table allows and nothing else', (source, table) => {
  const scratch = mkdtempSync(join(tmpdir(), 'rooms-'))
  try {
    const names = Array.from(new Set([...Object.keys(table), '.']))
    for (const room of names) {
      const others = names.filter((other) => other !== room)
      const lines = others.map((other, index) => `import type { T as T${index} } from '${from(room, other)}'\n`)
      write(join(scratch, source, room, 'target.ts'), 'export type T = string\n')
      write(join(scratch, source, room, 'importer.ts'), `${lines.join('')}export type T = T0\n`)
    }
    const expected = Object.entries(table).flatMap(([room, allowed]) =>
      names
        .filter((other) => other !== room && !allowed.includes(other))
        .map((other) => `${join(source, room, 'importer.ts')} -> ${join(source, other, 'target.ts')}`),
    )
    expect(violations(scratch, source).toSorted()).toEqual(expected.toSorted())
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
})

function from(room: string, other: string): string {
  const up = room === '.' ? './' : '../'.repeat(room.split('/').length)
  return `${up}${other}/target.ts`
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

function violations(folder: string, source: string): string[] {
  const options = ['--config', join(root, '.config/dependency-cruiser.mjs'), '--output-type', 'json', source]
  const { stdout } = spawnSync(join(root, 'node_modules/.bin/depcruise'), options, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
  const { summary } = JSON.parse(stdout) as { summary: { violations: { from: string; to: string }[] } }
  return summary.violations.map(({ from: importer, to }) => `${importer} -> ${to}`)
}
