/**
 * Which process listens on a port. Linux is read from /proc, since slim images have neither `ss` nor `lsof`; elsewhere
 * `lsof` is asked. Only root sees the processes of other users.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

const LONGEST = 80

export interface PortHolder {
  /** `process 4711 (node app.js)`. */
  name: string
  /** Its working folder, where that is known. */
  folder: string | undefined
}

/** `undefined` where it is not known. */
export function portHolder(port: number): PortHolder | undefined {
  const pid = process.platform === 'linux' ? holderInProc(port) : holderByLsof(port)
  if (pid === undefined) return undefined
  const command = commandOf(pid)
  const name = command === '' ? `process ${pid}` : `process ${pid} (${command.slice(0, LONGEST)})`
  return { name, folder: attempt(() => readlinkSync(`/proc/${pid}/cwd`), undefined) }
}

function holderInProc(port: number): string | undefined {
  const sockets = new Set([...listening('tcp', port), ...listening('tcp6', port)])
  if (sockets.size === 0) return undefined
  return attempt(() => readdirSync('/proc'), []).find((pid) => /^\d+$/.test(pid) && holdsAny(pid, sockets))
}

/** Columns by proc_net_tcp(5): 1 is local address:port in hexadecimal, 3 the state (0A is LISTEN), 9 the inode. */
function listening(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const lines = attempt(() => readFileSync(`/proc/net/${table}`, 'utf8'), '').split('\n')
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[1]?.endsWith(suffix) && columns[3] === '0A')
    .map((columns) => `socket:[${columns[9]}]`)
}

function holdsAny(pid: string, sockets: ReadonlySet<string>): boolean {
  const folder = `/proc/${pid}/fd`
  return attempt(() => readdirSync(folder), []).some((fd) =>
    sockets.has(attempt(() => readlinkSync(`${folder}/${fd}`), '')),
  )
}

function holderByLsof(port: number): string | undefined {
  const found = attempt(
    () => execFileSync('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t'], { encoding: 'utf8' }),
    '',
  )
  return /\d+/.exec(found)?.[0]
}

function commandOf(pid: string): string {
  if (process.platform === 'linux') {
    return attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'), '')
      .replaceAll('\0', ' ')
      .trim()
  }
  return attempt(() => execFileSync('ps', ['-p', pid, '-o', 'command='], { encoding: 'utf8' }), '').trim()
}

/** Gives `otherwise` for a process that has ended, or that belongs to another user. */
function attempt<T>(read: () => T, otherwise: T): T {
  try {
    return read()
  } catch {
    return otherwise
  }
}
