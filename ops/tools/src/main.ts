/**
 * `pnpm tools [name...]`: builds what is not on this machine yet, and says where everything is.
 */

import { Command } from 'commander'
import { BuildError } from './build/build.ts'
import { type ToolName, toolNamed, toolNames } from './catalog/catalog.ts'
import { installTools } from './install.ts'

const interrupted = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => interrupted.abort())

await new Command('pnpm tools')
  .description(
    'Build Prometheus, Alertmanager, Loki, Jaeger, k6 and kamal-proxy from Go modules, once, without Docker.',
  )
  .argument('[name...]', `which ones: ${toolNames.join(', ')} (default: all)`)
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .action(async (names: string[], _, command: Command) => {
    const unknown = names.filter((name) => !isToolName(name))
    if (unknown.length > 0) command.error(`There is no tool "${unknown[0]}". Known are ${toolNames.join(', ')}.`)
    const chosen = names.length > 0 ? names.filter(isToolName) : toolNames
    process.exitCode = await install(chosen)
  })
  .parseAsync()

async function install(names: readonly ToolName[]): Promise<0 | 1 | 130> {
  try {
    await installTools(names.map(toolNamed), interrupted.signal)
    return 0
  } catch (error) {
    if (interrupted.signal.aborted) return 130
    if (!(error instanceof BuildError)) throw error
    console.error(`\n${error.message}`)
    return 1
  }
}

function isToolName(name: string): name is ToolName {
  return toolNames.some((known) => known === name)
}
