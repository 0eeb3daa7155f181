/**
 * `observe-console import FILE`: gives a file of OTLP/JSON, such as a trace that someone downloaded, to the running console.
 */

import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { openReader } from '../reader.ts'
import { type SourceFlags, withSource } from './sources.ts'

const SIGNALS = [
  ['resourceSpans', 'traces'],
  ['resourceLogs', 'logs'],
  ['resourceMetrics', 'metrics'],
] as const

export function addImport(program: Command): void {
  const command = withSource(program.command('import'))
    .description('Stores a file of OTLP/JSON, such as a downloaded trace, in the running console.')
    .argument('<file>', 'the file')
  command.action(async (file: string) => {
    try {
      const stored = await importFile(file, command.opts<SourceFlags>())
      process.stdout.write(`Stored ${stored.join(' and ')} of ${file}.\n`)
    } catch (error) {
      command.error(error instanceof Error ? error.message : String(error))
    }
  })
}

async function importFile(file: string, source: SourceFlags): Promise<string[]> {
  const { runQuery } = await openReader(source)
  const { otlp, token, version } = await runQuery('/api/status', {})
  if (version === '') throw new Error('No console runs. Start observe-console, or name one with --url.')
  const content: Record<string, unknown> = JSON.parse(await readFile(file, 'utf8'))
  const stored: string[] = []
  for (const [list, signal] of SIGNALS) {
    if (!Array.isArray(content[list]) || content[list].length === 0) continue
    const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) }
    const body = JSON.stringify({ [list]: content[list] })
    const answer = await fetch(`${otlp}/v1/${signal}`, { method: 'POST', headers, body })
    if (!answer.ok) throw new Error(`${file} was not stored: ${await answer.text()}`)
    stored.push(signal)
  }
  if (stored.length === 0)
    throw new Error(`${file} is no OTLP/JSON: it has no ${SIGNALS.map(([list]) => list).join(', ')}.`)
  return stored
}
