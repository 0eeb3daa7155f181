/**
 * Whether the cost of a request or the memory grows over time: Fastify, bare and observed, side by side at a steady rate
 * that leaves the machine nearly idle, in ten slices. A handler that answers at once leaves nothing for V8's young generation
 * to keep, which no real service does, so another pair waits as for a database.
 */
import { Lab } from './run/lab.ts'
import { Served } from './run/served.ts'
import { bare, observe, type Variant } from './variants.ts'

const HANDLERS = [
  { path: '/users/42', title: 'a handler that answers at once' },
  { path: '/slow/42', title: 'a handler that waits 5 ms' },
]
const WARM_UP = 20_000
const PER_SECOND = 500
const SLICES = 10
/** Seconds of load in one order; the generator has to answer within three minutes. */
const ORDER_SECONDS = 60

interface Slice {
  /** CPU time of a request in microseconds, all threads and idle wake-ups included. */
  cpuUs: number
  residentBytes: number
}

/** @param minutes of load in all */
export async function measureOverTime(minutes: number): Promise<string> {
  if (!(minutes > 0)) throw new Error('--minutes wants a number above 0, such as 60.')
  return (await Promise.all(HANDLERS.map(({ path, title }) => compared(path, title, minutes)))).join('\n')
}

async function compared(path: string, title: string, minutes: number): Promise<string> {
  const [base, own] = await Promise.all([slicesOf(bare, path, minutes), slicesOf(observe, path, minutes)])
  const lines = own.map(({ cpuUs, residentBytes }, index) => {
    const beside = base[index] ?? { cpuUs: Number.NaN, residentBytes: Number.NaN }
    const over = `+${(cpuUs - beside.cpuUs).toFixed(1)} µs over bare (${beside.cpuUs.toFixed(1)})`
    return `until minute ${(((index + 1) * minutes) / SLICES).toFixed(0)}: ${over}, ${megabytes(residentBytes)} MB resident (bare ${megabytes(beside.residentBytes)})`
  })
  return `${title}\n${lines.join('\n')}\n`
}

async function slicesOf(variant: Variant, path: string, minutes: number): Promise<Slice[]> {
  // One for each, since a generator works off one order at a time.
  const lab = await Lab.open()
  try {
    const served = await Served.start(lab.receiver, { framework: 'fastify', variant })
    await lab.count(served.origin, [path], WARM_UP)
    const slices: Slice[] = []
    for (let index = 0; index < SLICES; index += 1) {
      slices.push(await slice(lab, served, path, (minutes * 60) / SLICES))
    }
    await served.end(WARM_UP + minutes * 60 * PER_SECOND)
    return slices
  } finally {
    await lab.close()
  }
}

async function slice(lab: Lab, served: Served, path: string, seconds: number): Promise<Slice> {
  const before = await served.figures()
  for (let left = seconds; left > 0; left -= ORDER_SECONDS) {
    await lab.count(served.origin, [path], Math.min(left, ORDER_SECONDS) * PER_SECOND, PER_SECOND)
  }
  const after = await served.figures()
  return { cpuUs: (after.cpuUs - before.cpuUs) / (seconds * PER_SECOND), residentBytes: after.residentBytes }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0)
}
