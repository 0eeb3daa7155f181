/**
 * The reports as commands: `observe-console errors --since 1h`. Text by default, JSON for programs.
 */

import { type Command, Option } from 'commander'
import { openReader } from '../reader.ts'
import { answerText, asCommand } from '../report/answer.ts'
import type { Given } from '../report/report.ts'
import { type Definition, reports } from '../report/reports.ts'
import { type SourceFlags, withSource } from './sources.ts'

export function addReports(program: Command): void {
  for (const definition of reports) add(program, definition)
}

function add(program: Command, definition: Definition): void {
  const { name, about, argument, parameters } = definition
  const command = withSource(program.command(name)).description(about)
  for (const [parameter, { about: meaning, required }] of Object.entries(parameters)) {
    if (parameter === argument) command.argument(required ? `<${parameter}...>` : `[${parameter}...]`, meaning)
    else command.addOption(new Option(`--${parameter.replaceAll('_', '-')} <value>`, meaning))
  }
  command.option('--json', 'the figures as JSON')
  command.action(async () => {
    const { url, data, json, ...flags } = command.opts<SourceFlags & { json?: true } & Given>()
    try {
      const { runQuery } = await openReader({ url, data })
      const report = await definition.make(runQuery, givenOf(flags, argument, command.args))
      const text = json ? JSON.stringify({ ...report.data, next: report.next }, null, 2) : answerText(report, asCommand)
      process.stdout.write(`${text}\n`)
    } catch (error) {
      command.error(error instanceof Error ? error.message : String(error))
    }
  })
}

/** Commander writes `before-since` as `beforeSince`. */
function givenOf(flags: Given, argument: string | undefined, words: string[]): Given {
  const given: Given = {}
  for (const [name, value] of Object.entries(flags))
    given[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] = value
  if (argument !== undefined && words.length > 0) given[argument] = words.join(' ')
  return given
}
