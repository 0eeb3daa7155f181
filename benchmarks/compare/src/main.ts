/**
 * `pnpm bench compare A B`: what a change did, from runs of `pnpm bench k6` before and after it. Says so where the runs are too few to know.
 */
import { Command, CommanderError } from 'commander'
import { compare, tableOf } from './compare.ts'
import { sidesOf } from './sides.ts'

const program = new Command('pnpm bench compare')
  .description(
    'Compares runs of the same load: `A B`, or several a side, `A1 A2 A3 vs B1 B2 B3`. A name stands for all runs that have it.',
  )
  .argument('<runs...>', 'ids of runs, folders, or names given by `pnpm bench k6 --name`')
  .option('--runs <folder>', 'where the runs are')
  .option('--json', 'one object of JSON for other programs')
  .exitOverride()
  .action(async (names: string[], { runs, json }: { runs?: string; json?: true }) => {
    const sides = await sidesOf(names, runs)
    const effects = compare(sides)
    process.stdout.write(json ? `${JSON.stringify({ warnings: sides.warnings, effects })}\n` : tableOf(sides, effects))
  })

try {
  await program.parseAsync()
} catch (error) {
  const isUsage = error instanceof CommanderError
  process.exitCode = isUsage && error.exitCode === 0 ? 0 : 2
  if (!isUsage) process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
}
