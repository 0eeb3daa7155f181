/**
 * The machine that measured, and what else ran on it: figures mean little without it.
 */

import { cpus, loadavg, totalmem } from 'node:os'

export interface Machine {
  node: string
  cores: number
  cpu: string
  gigabytes: number
  /** Programs that ran or waited for a core, over 1, 5 and 15 minutes; above the cores others were in the way. */
  load: number[]
}

export function machine(): Machine {
  const [first] = cpus()
  return {
    node: process.version,
    cores: cpus().length,
    cpu: first?.model ?? 'unknown',
    gigabytes: Math.round(totalmem() / 1e9),
    load: loadavg().map((load) => Math.round(load * 10) / 10),
  }
}
