/**
 * Builds several tools, one after the other, with a line of progress for each: a spinner at a terminal, elsewhere plain
 * lines every now and then, so that a log of CI stays readable.
 */

import { Listr, type ListrTask, PRESET_TIMER } from 'listr2'
import { buildTool, type Progress } from './build/build.ts'
import type { Tool } from './catalog/catalog.ts'
import { defaultPlaces, type FoundTool, findOnPath, findProgram, isCompatible, type Places } from './find/find.ts'

/** Milliseconds between two lines of progress. */
const pace = process.stdout.isTTY ? 100 : 15_000

/** Builds what is missing, then prints where every program is. Throws the first failure after trying all. */
export async function installTools(
  tools: readonly Tool[],
  signal: AbortSignal,
  places = defaultPlaces(),
): Promise<void> {
  const missing = await asyncFilter(tools, async (tool) => (await findPrograms(tool, places)).includes(undefined))
  const failures: unknown[] = []
  const tasks = missing.map(
    (tool): ListrTask => ({
      title: `${tool.name} ${tool.version}`,
      task: async (_, task) => {
        try {
          signal.throwIfAborted()
          await buildTool(tool, { signal, places, onProgress: paced((progress) => show(task, progress)) })
        } catch (error) {
          failures.push(error)
          throw new Error('see below', { cause: error })
        }
      },
    }),
  )
  await new Listr(tasks, {
    exitOnError: false,
    registerSignalListeners: false,
    rendererOptions: { collapseErrors: false, showErrorMessage: false, timer: PRESET_TIMER },
    fallbackRenderer: 'simple',
    fallbackRendererOptions: { timer: PRESET_TIMER },
  }).run()
  if (failures.length > 0) throw failures[0]
  for (const tool of tools) await printPrograms(tool, places)
}

function findPrograms(tool: Tool, places: Places): Promise<(FoundTool | undefined)[]> {
  return Promise.all(tool.programs.map(({ name }) => findProgram(tool, name, places)))
}

function show(task: { readonly title: string | undefined; output: string }, progress: Progress): void {
  task.output = `${task.title}: ${describe(progress)}`
}

function describe(progress: Progress): string {
  switch (progress.step) {
    case 'waiting':
      return 'waiting for another build to end'
    case 'downloading':
      return 'downloading modules'
    case 'compiling':
      return `compiled ${progress.done} of ${progress.of} packages`
    case 'linking':
      return 'linking'
  }
}

/** Passes on each new step, and within one step a call now and then. */
function paced(report: (progress: Progress) => void): (progress: Progress) => void {
  let last = 0
  let step = ''
  return (progress) => {
    if (progress.step === step && Date.now() - last < pace) return
    last = Date.now()
    step = progress.step
    report(progress)
  }
}

async function printPrograms(tool: Tool, places: Places): Promise<void> {
  for (const { name } of tool.programs) {
    const found = await findProgram(tool, name, places)
    if (!found) continue
    console.log(`${name.padEnd(12)} ${found.version.padEnd(11)} ${found.source.padEnd(5)} ${found.path}`)
    if (found.source === 'PATH') continue
    const other = await findOnPath(name, places.searchPath)
    if (other && !isCompatible(tool, other.version)) {
      console.log(`             ${other.path} is ${other.version}, another major version, and is not used`)
    }
  }
}

async function asyncFilter<T>(items: readonly T[], test: (item: T) => Promise<boolean>): Promise<T[]> {
  const kept = await Promise.all(items.map(test))
  return items.filter((_, index) => kept[index])
}
