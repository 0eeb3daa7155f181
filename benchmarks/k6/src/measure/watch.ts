/**
 * Watches while the load runs: whether each service answers its health check, how busy the machine is, and how much of that is k6's own.
 */
import { readFile } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import type { Run, Server } from '../record/record.ts'

const EVERY_MS = 1_000
const TIMEOUT_MS = 2_000
/** Checks that fail in a row before a service counts as away: one alone may be a busy second. */
const FAILURES = 2
/** Clock ticks of /proc/PID/stat in a second. */
const TICKS = 100

export interface Watched {
  name: string
  /** Answers 2xx while the service is well. */
  health: string
}

export interface Watching {
  outages: Run['outages']
  machine: Server['machine']
}

export class Watch {
  readonly #services: readonly Watched[]
  readonly #pid: number | undefined
  readonly #began = Date.now()
  readonly #failing = new Map<string, { since: number; checks: number }>()
  readonly #outages: Run['outages'] = []
  readonly #machine: Server['machine'] = []
  readonly #timer: NodeJS.Timeout
  #before = cpuTimes()
  #k6Before = 0

  /** @param pid of k6 */
  constructor(services: readonly Watched[], pid: number | undefined) {
    this.#services = services
    this.#pid = pid
    this.#timer = setInterval(() => void this.#checkAll(), EVERY_MS)
  }

  /** What was seen so far. */
  get seen(): Watching {
    return { outages: this.#outages, machine: this.#machine }
  }

  stop(): Watching {
    clearInterval(this.#timer)
    return this.seen
  }

  async #checkAll(): Promise<void> {
    const at = (Date.now() - this.#began) / 1000
    await Promise.all([this.#measure(at), ...this.#services.map((service) => this.#check(service, at))])
  }

  async #check({ name, health }: Watched, at: number): Promise<void> {
    const isWell = await fetch(health, { signal: AbortSignal.timeout(TIMEOUT_MS) }).then(
      ({ ok }) => ok,
      () => false,
    )
    const open = this.#outages.find((outage) => outage.service === name && outage.to === null)
    if (isWell) {
      this.#failing.delete(name)
      if (open) open.to = round(at)
      return
    }
    const failing = this.#failing.get(name) ?? { since: at, checks: 0 }
    failing.checks += 1
    this.#failing.set(name, failing)
    if (failing.checks >= FAILURES && !open) this.#outages.push({ service: name, from: round(failing.since), to: null })
  }

  async #measure(at: number): Promise<void> {
    const now = cpuTimes()
    const seconds = (now.all - this.#before.all) / cpus().length / 1000
    const busy = (now.busy - this.#before.busy) / 1000 / (seconds || 1)
    this.#before = now
    const used = await cpuSecondsOf(this.#pid)
    const k6 = used === undefined ? 0 : Math.max(0, used - this.#k6Before) / (seconds || 1)
    this.#k6Before = used ?? this.#k6Before
    this.#machine.push({ at: Math.round(at), busy: round(busy), k6: round(k6), load: round(loadavg()[0] ?? 0) })
  }
}

/** Milliseconds of all cores together since the start of the machine. */
function cpuTimes(): { busy: number; all: number } {
  let [busy, all] = [0, 0]
  for (const { times } of cpus()) {
    const total = times.user + times.nice + times.sys + times.idle + times.irq
    all += total
    busy += total - times.idle
  }
  return { busy, all }
}

/** CPU time of a process in seconds; undefined where the system does not say. */
async function cpuSecondsOf(pid: number | undefined): Promise<number | undefined> {
  if (pid === undefined) return undefined
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  // The name of the program, in brackets, may hold spaces.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields ? (Number(fields[11]) + Number(fields[12])) / TICKS : undefined
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
