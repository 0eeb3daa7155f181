/**
 * What the operating system knows of processes: whether one lives, when it started, what it uses. Linux is read from
 * /proc, because slim images have no `ps`; other systems are asked through `ps`.
 */

import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

export interface ProcessInfo {
  readonly pid: number
  readonly parent: number
  /**
   * Tells this process from every other that had or will have its number, on this boot and the next. Two readings of
   * the same process are equal strings.
   */
  readonly started: string
  readonly cpuSeconds: number
}

/** Jiffies a second in /proc/PID/stat; the same on every Linux that Node.js is built for. */
const ticksPerSecond = 100
const run = promisify(execFile)

/** A process that runs; undefined when there is none, or when it is a zombie that its parent has not reaped. */
export async function readProcess(pid: number): Promise<ProcessInfo | undefined> {
  if (process.platform !== 'linux') return (await runPs('-p', String(pid)))[0]
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  return stat === undefined ? undefined : parseStat(stat, await bootId())
}

export async function readProcesses(): Promise<ProcessInfo[]> {
  if (process.platform !== 'linux') return runPs('-A')
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const processes = await Promise.all(pids.map((pid) => readProcess(Number(pid))))
  return processes.filter((info) => info !== undefined)
}

/**
 * A killed process has ended when its last thread has: until then it keeps its ports, though its first thread, whose state this is, may
 * be a zombie already. Fields by proc(5); the command stands in parentheses and may itself hold spaces and
 * parentheses.
 */
export function parseStat(stat: string, boot: string): ProcessInfo | undefined {
  const [state, parent, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const field = (number: number) => Number(rest[number - 5])
  const threads = field(20)
  if (state === undefined || ('ZX'.includes(state) && !(threads > 1))) return undefined
  return {
    pid: Number.parseInt(stat, 10),
    parent: Number(parent),
    started: `${boot}:${field(22)}`,
    cpuSeconds: (field(14) + field(15)) / ticksPerSecond,
  }
}

async function bootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
}

/**
 * `ps` as POSIX, BSD and macOS have it; it exits 1 when nothing matches. A fixed time zone keeps the start time
 * the same string wherever the question is asked.
 */
export async function runPs(...selection: string[]): Promise<ProcessInfo[]> {
  const columns = ['-o', 'pid=', '-o', 'ppid=', '-o', 'stat=', '-o', 'time=', '-o', 'lstart=']
  const { stdout } = await run('ps', [...selection, ...columns], {
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
  }).catch((error) => (error.code === 1 ? { stdout: '' } : Promise.reject(error)))
  return stdout.split('\n').flatMap((line) => {
    const [pid, parent, state, time, ...started] = line.trim().split(/\s+/)
    if (!pid || !parent || !state || !time || state.startsWith('Z')) return []
    return { pid: Number(pid), parent: Number(parent), started: started.join(' '), cpuSeconds: seconds(time) }
  })
}

/** `[[days-]hours:]minutes:seconds[.hundredths]` */
function seconds(time: string): number {
  const [clock = '', days = '0'] = time.split('-').reverse()
  return clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) + Number(days) * 86_400
}
