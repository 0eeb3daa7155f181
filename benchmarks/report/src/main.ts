/**
 * `pnpm bench report`: one document of all runs, as HTML, Markdown and, where a browser is installed, PDF.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Command, CommanderError } from 'commander'
import { readInputs, STORED } from './inputs.ts'
import { pageOf } from './page.ts'
import { writePdf } from './pdf.ts'
import { reportOf, TITLE } from './report.ts'

const OUT = join(import.meta.dirname, '../out')

interface Options {
  run?: string[]
  runs: string
  out: string
  pdf: boolean
}

const program = new Command('pnpm bench report')
  .description('Writes one report of runs of `pnpm bench k6`: HTML, Markdown and PDF.')
  .option('--run <id...>', 'only these runs')
  .option('--runs <folder>', 'where the runs are; by default those that are committed with the report', STORED)
  .option('--out <folder>', 'where to write it', OUT)
  .option('--no-pdf', 'no PDF, which needs Chromium')
  .exitOverride()
  .action(write)

try {
  await program.parseAsync()
} catch (error) {
  const isUsage = error instanceof CommanderError
  if (!(isUsage && error.exitCode === 0)) process.exitCode = isUsage ? 2 : 1
  if (!isUsage) process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
}

async function write({ run = [], runs, out, pdf }: Options): Promise<void> {
  const document = await reportOf(await readInputs(resolve(runs), run))
  const page = pageOf(document, TITLE)
  await rm(join(out, 'figures'), { recursive: true, force: true })
  await mkdir(join(out, 'figures'), { recursive: true })
  for (const { file, svg } of document.figures) await writeFile(join(out, file), svg)
  await writeFile(join(out, 'report.md'), document.markdown)
  await writeFile(join(out, 'report.html'), page)
  process.stdout.write(`${join(out, 'report.html')}\n${join(out, 'report.md')}\n`)
  if (!pdf) return
  const path = join(out, 'report.pdf')
  const problem = await writePdf(page, path)
  process.stdout.write(`${problem === undefined ? path : `No PDF: ${problem}`}\n`)
}
