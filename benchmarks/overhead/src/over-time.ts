/**
 * Whether the cost of a request or the memory grows over time: Fastify, bare and observed, beside each other at a steady rate
 * that leaves the machine nearly idle, in ten slices.
 */
import { Lab } from './run/lab.ts'
import { Served } from './run/served.ts'
import { bare, observe, type Variant } from './variants.ts'

const PATHS = ['/users/42']
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
  const [base, own] = await Promise.all([slicesOf(bare, minutes), slicesOf(observe, minutes)])
  const lines = own.map(({ cpuUs, residentBytes }, index) => {
    const beside = base[index] ?? { cpuUs: Number.NaN, residentBytes: Number.NaN }
    const over = `+${(cpuUs - beside.cpuUs).toFixed(1)} µs over bare (${beside.cpuUs.toFixed(1)})`
    return `until minute ${(((index + 1) * minutes) / SLICES).toFixed(0)}: ${over}, ${megabytes(residentBytes)} MB resident (bare ${megabytes(beside.residentBytes)})`
  })
  return `${lines.join('\n')}\n`
}

async function slicesOf(variant: Variant, minutes: number): Promise<Slice[]> {
  // One for each, since a generator works off one order at a time.
  const lab = await Lab.open()
  try {
    const served = await Served.start(lab, { framework: 'fastify', variant })
    await lab.count(served.origin, PATHS, WARM_UP)
    const slices: Slice[] = []
    for (let index = 0; index < SLICES; index += 1) slices.push(await slice(lab, served, (minutes * 60) / SLICES))
    await served.end(WARM_UP + minutes * 60 * PER_SECOND)
    return slices
  } finally {
    await lab.close()
  }
}

async function slice(lab: Lab, served: Served, seconds: number): Promise<Slice> {
  const before = await served.figures()
  for (let left = seconds; left > 0; left -= ORDER_SECONDS) {
    await lab.count(served.origin, PATHS, Math.min(left, ORDER_SECONDS) * PER_SECOND, PER_SECOND)
  }
  const after = await served.figures()
  return { cpuUs: (after.cpuUs - before.cpuUs) / (seconds * PER_SECOND), residentBytes: after.residentBytes }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0)
}
