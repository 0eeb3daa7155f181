/**
 * `pnpm bench console`: what the console bears and how fast it answers, on this machine, over loopback.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { type ConsoleProcess, startConsoleProcess } from './console-process.ts'
import { type Verdicts, verdictsOf } from './goals.ts'
import { type Machine, machine } from './machine.ts'
import { measurePage, type PageFigures } from './page.ts'
import { type Filled, fill, type Timing, timeQueries } from './queries.ts'
import { type Sustained, sustained } from './sustained.ts'

interface Flags {
  seconds: string
  spans: string
  rounds: string
  json?: string
}

interface Figures {
  before: Machine
  ingest?: Sustained
  filled?: Filled
  queries?: Timing[]
  page?: PageFigures | undefined
  after?: Machine
  verdicts?: Verdicts
}

const program = new Command('bench console')
  .description(
    'Sustained ingest of 10,000 spans, 5,000 log lines and 1,000 points a second; then query times and the page in a browser.',
  )
  .option('--seconds <n>', 'how long to send; 0 leaves it out', '300')
  .option('--spans <n>', 'spans to store before queries and the page are timed; 0 leaves it out', '5000000')
  .option('--rounds <n>', 'how often to ask each query', '20')
  .option('--json <file>', 'where to write the figures')
  .action(run)

await program.parseAsync()

async function run(flags: Flags): Promise<void> {
  const figures: Figures = { before: machine() }
  print('Machine', figures.before)
  if (Number(flags.seconds) > 0) {
    figures.ingest = await withConsole((one) => sustained(one, Number(flags.seconds)))
    print('Sustained load', figures.ingest)
  }
  if (Number(flags.spans) > 0) {
    await withConsole(async (one) => {
      figures.filled = await fill(one, Number(flags.spans), (text) => process.stderr.write(`${text}\n`))
      print('Stored', figures.filled)
      figures.queries = await timeQueries(one, Number(flags.rounds))
      print('Queries (ms)', Object.fromEntries(figures.queries.map(({ what, median, p95 }) => [what, { median, p95 }])))
      figures.page = await measurePage(one, Number(flags.rounds))
      if (figures.page) print('Page in a browser (ms)', figures.page)
      print('Process', one.usage())
    })
  }
  figures.after = machine()
  print('Machine afterwards', figures.after)
  figures.verdicts = verdictsOf(figures.ingest, figures.queries, figures.page)
  print('Goals', figures.verdicts)
  if (flags.json) writeFileSync(flags.json, `${JSON.stringify(figures, null, 2)}\n`)
}

async function withConsole<Result>(use: (one: ConsoleProcess) => Promise<Result>): Promise<Result> {
  const data = mkdtempSync(join(tmpdir(), 'bench-console-'))
  const one = await startConsoleProcess(data, '20gb')
  try {
    return await use(one)
  } finally {
    await one.stop()
    rmSync(data, { recursive: true })
  }
}

function print(title: string, figures: object): void {
  process.stdout.write(`\n${title}\n`)
  for (const [name, value] of Object.entries(figures))
    process.stdout.write(`  ${name.padEnd(68)} ${JSON.stringify(value)}\n`)
}
