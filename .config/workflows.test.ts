/**
 * The workflows are thin: each job runs pnpm scripts that `.ci/run` runs, too, so that a red job can be repeated on any machine. And they
 * install the pnpm that package.json names: a floating version would run in the job that may publish.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const { packageManager, scripts }: { packageManager: string; scripts: Record<string, string> } = JSON.parse(
  read('package.json'),
)
const workflows = readdirSync(`${root}.github/workflows`)

/** What changes the world outside, and so is run by no gate: each has a rehearsal or a test instead. */
const OUTSIDE = ['install', 'rollout', 'release', 'version']

test.each(workflows)('%s installs the pinned pnpm', (name) => {
  const installed = Array.from(read(`.github/workflows/${name}`).matchAll(/\b(pnpm@\S+)/g), ([, version]) => version)
  for (const version of installed) expect(version).toBe(packageManager)
})

test.each(workflows)('%s runs what the gate runs', (name) => {
  const text = read(`.github/workflows/${name}`).replaceAll(/^\s*#.*/gm, '')
  const named = Array.from(text.matchAll(/pnpm(?:@\S+)? (?:run )?([a-z][a-z:]*)/g), ([, script]) => script)
  const gate = withParts(
    Array.from(
      read('.ci/run').matchAll(/pnpm@12 (?:run )?([a-z:-]+)|^tests \S+ (?:run )?([a-z:]+)/gm),
      ([, step, tests]) => step ?? tests ?? '',
    ),
  )
  expect(named.filter((script = '') => !OUTSIDE.includes(script) && !gate.has(script))).toEqual([])
  expect(named.filter((script = '') => script !== 'install' && !(script in scripts))).toEqual([])
})

function read(path: string): string {
  return readFileSync(`${root}${path}`, 'utf8')
}

/** With each script that consists of those given, and each that one of them runs. */
function withParts(given: readonly string[]): Set<string> {
  const known = new Set(given)
  for (const [name, command] of Object.entries(scripts)) {
    const parts = Array.from(command.matchAll(/pnpm run ([a-z:-]+)/g), ([, part = '']) => part)
    if (known.has(name)) for (const part of parts) known.add(part)
    if (parts.length > 0 && parts.every((part) => known.has(part))) known.add(name)
  }
  return known
}
