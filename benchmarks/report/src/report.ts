/**
 * The whole report, in the order in which a reader asks; the front page says five findings in five sentences, each from the runs.
 */
import type { KeptRun } from '@lab/bench-k6/folder'
import {
  builtChapter,
  type Capacity,
  capacityChapter,
  capacityOf,
  costChapter,
  limitsChapter,
  methodChapter,
  objectivesChapter,
} from './chapters/frame.ts'
import { describePath, scenarioChapter } from './chapters/scenarios.ts'
import { type Point, pointsOf, weaknessChapter } from './chapters/weaknesses.ts'
import { Document } from './document.ts'
import type { Inputs } from './inputs.ts'
import { figure, percent } from './words.ts'

export const TITLE = 'The shop under load'

/** Load average for each core above which other work is in the figures: k6, the shop and its backends alone are less. */
const OVERCOMMITTED = 2

/** Every scenario that a whole report has. */
const SCENARIOS = ['load', 'stress', 'spike', 'soak', 'breakpoint']

export async function reportOf(inputs: Inputs): Promise<Document> {
  const document = new Document()
  const { scenarios } = inputs
  const all = [...scenarios, ...[...inputs.sides.values()].flat()]
  const points = pointsOf(inputs)
  const capacity = capacityOf(scenarios)
  document.heading(1, TITLE)
  document.list(findings(inputs, points, capacity))
  document.text(
    `Made by \`pnpm bench report\` from ${all.length} ${all.length === 1 ? 'run' : 'runs'}. Every figure names its file, below \`benchmarks/report/runs\`.`,
  )
  const isShop = all.every(({ run }) => run.target.kind === 'shop')
  if (isShop) builtChapter(document, inputs)
  methodChapter(document, all)
  document.heading(2, 'Scenarios')
  for (const kept of scenarios) await scenarioChapter(document, kept)
  const measured = new Set(scenarios.map(({ run }) => run.scenario))
  for (const name of SCENARIOS)
    if (isShop && !measured.has(name)) document.missing(`a run of ${name}`, `\`pnpm bench k6 ${name}\` makes one.`)
  if (isShop) await weaknessChapter(document, points)
  objectivesChapter(document, scenarios)
  costChapter(document, inputs)
  await capacityChapter(document, capacity)
  limitsChapter(document, all)
  return document
}

/** @param shown the weaknesses whose effect is beyond doubt, the largest first */
function weaknessFinding(points: readonly Point[], [worst, ...others]: readonly Point[]): string {
  if (points.length === 0) return 'What the weaknesses of the shop cost is not known: none was measured.'
  if (!worst?.main) return `None of the ${points.length} measured weaknesses shows beyond doubt with so few runs.`
  const { name, unit, before, after } = worst.main
  const count = others.length + 1
  return `Of ${points.length} measured weaknesses ${count} ${count === 1 ? 'shows' : 'show'} beyond doubt, most of all ${worst.name}: ${name} goes from ${figure(before, unit)} to ${figure(after, unit)}.`
}

/** Whether the figures say something of the shop, or of what else the machine did. */
function machineFinding(last: KeptRun | undefined): string {
  const loads = last?.server.machine.map(({ load }) => load) ?? []
  const mean = loads.reduce((sum, load) => sum + load, 0) / Math.max(1, loads.length)
  const cores = last?.run.machine.cores ?? 1
  if (!last || loads.length === 0) return 'How busy the machine was is not known.'
  if (mean <= OVERCOMMITTED * cores)
    return `The machine had time for the runs: its load average was ${figure(mean)} on ${cores} cores.`
  return `**Other work kept the machine at a load average of ${figure(mean)} on ${cores} cores meanwhile**, so these figures show what was measured and how, not what the shop can do on a machine of its own.`
}

function findings(inputs: Inputs, points: readonly Point[], capacity: Capacity | undefined): string[] {
  const load = inputs.scenarios.findLast(({ run }) => run.scenario === 'load')
  const shown = points
    .filter(({ main }) => main?.verdict === 'higher')
    .sort((a, b) => (b.main?.change ?? 0) - (a.main?.change ?? 0))
  const usual = [...inputs.scenarios]
    .flatMap(({ requests }) => requests.usual)
    .find(({ criticalPath }) => criticalPath && criticalPath.length > 1)
  const last = inputs.scenarios.at(-1) ?? [...inputs.sides.values()].flat().at(-1)
  const machine = machineFinding(last)
  const others = [
    load
      ? `Under an ordinary busy hour ${load.run.thresholds.every(({ ok }) => ok) ? 'every objective held' : 'an objective broke'}: ${figure(load.client.total.count / load.run.took, 'requests/s')}, p95 ${figure(load.client.total.p95, 'ms')}, p99 ${figure(load.client.total.p99, 'ms')}, ${percent(load.client.total.failed / Math.max(1, load.client.total.count))} failed.`
      : 'Whether an ordinary busy hour holds is not known: there is no run of load.',
    capacity?.knee
      ? `The shop gives way at ${figure(capacity.knee.throughput, 'requests/s')}: ${capacity.knee.reason}.`
      : 'Where the shop gives way is not known: no run of stress has a knee in it.',
    weaknessFinding(points, shown),
    usual?.criticalPath
      ? `A usual order took ${figure(usual.ms, 'ms')}, most of it in: ${describePath(usual.criticalPath)}.`
      : 'What a usual order spends its time on is not known: no trace of one was found.',
  ]
  // First where it stands above all others.
  return machine.startsWith('**') ? [machine, ...others] : [...others, machine]
}
