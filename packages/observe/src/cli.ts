#!/usr/bin/env node
/**
 * `npx @lab/observe doctor`: says whether the signals of the service in this folder really arrive.
 */
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { examine } from './doctor/doctor.ts'
import { render } from './doctor/render.ts'
import type { CheckResult } from './doctor/results.ts'
import { environmentOfProcess } from './settings/options.ts'

const USAGE = `Usage: npx @lab/observe doctor [--json]

Run it in the folder and with the environment of your service. It tells the configuration in force and what set
it, whether the OTLP endpoint takes a test span, log line and metric, who has the port of /metrics, and whether
versions or other agents get in the way.

  --json      for machines
  --version   the version of @lab/observe

Exits 0 when all is well, 1 when signals do not arrive, 2 when it was called wrongly.
`

const manifestFile = fileURLToPath(new URL('../package.json', import.meta.url))
const manifest: { version: string; engines: { node: string } } = JSON.parse(readFileSync(manifestFile, 'utf8'))

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`)
  return 2
})

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' } },
  })
  if (values.version) return print(`${manifest.version}\n`)
  if (values.help || positionals.length === 0) return print(USAGE)
  if (positionals.join(' ') !== 'doctor') throw new Error(`there is no command "${positionals.join(' ')}"`)
  return doctor(values.json ?? false)
}

async function doctor(asJson: boolean): Promise<number> {
  const { version, engines } = manifest
  const self = { version, engines: engines.node, folder: dirname(manifestFile) }
  const sections = await examine(process.cwd(), environmentOfProcess(), self)
  const results = sections.flatMap((section) => section.results)
  const ok = results.every(({ level }) => level !== 'problem')
  if (asJson) print(`${JSON.stringify({ ok, sections }, null, 2)}\n`)
  else print(`${render(sections, process.stdout.columns)}\n${verdict(results)}\n`)
  return ok ? 0 : 1
}

function verdict(results: readonly CheckResult[]): string {
  const problems = results.filter(({ level }) => level === 'problem').length
  const warnings = results.filter(({ level }) => level === 'warning').length
  const counted = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`
  if (problems > 0) return `${counted(problems, 'problem')}: see ✗ above.`
  return warnings > 0 ? `Signals arrive; ${counted(warnings, 'warning')}: see ! above.` : 'All is well.'
}

function print(text: string): number {
  process.stdout.write(text)
  return 0
}
