/**
 * `observe-console mcp`: the reports as tools of the Model Context Protocol over standard input and output, the way coding agents
 * start a server. It reads from the console that runs at the moment of each call, so it may be started before it.
 */

import type { Command } from 'commander'
import { version } from '../console.ts'
import { openReader } from '../reader.ts'
import { type SourceFlags, withSource } from './sources.ts'

export function addMcp(program: Command): void {
  const command = withSource(program.command('mcp')).description(
    'Answers a coding agent over standard input and output (Model Context Protocol).',
  )
  command.action(async () => {
    const source = command.opts<SourceFlags>()
    const { serveMcp } = await import('../mcp/mcp.ts')
    serveMcp(async (path, query) => (await openReader(source)).runQuery(path, query), version)
  })
}
