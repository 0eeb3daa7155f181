/**
 * Who listens on a port, for an error message that saves a search. Linux is read from /proc, because slim images have
 * neither `ss` nor `lsof`; elsewhere `lsof` is asked. Only root sees the processes of other users.
 */

import { execFile } from 'node:child_process'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { promisify } from 'node:util'

export interface PortHolder {
  readonly pid: number
  readonly command: string
}

const run = promisify(execFile)
const longestCommand = 100

export async function portHolder(port: number): Promise<PortHolder | undefined> {
  const pid = process.platform === 'linux' ? await holderInProc(port) : await holderByLsof(port)
  if (pid === undefined) return undefined
  const command = process.platform === 'linux' ? await commandInProc(pid) : await commandByPs(pid)
  return { pid, command: command.length > longestCommand ? `${command.slice(0, longestCommand)}…` : command }
}

async function holderInProc(port: number): Promise<number | undefined> {
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')))
  const inodes = new Set(tables.flatMap((table) => listeningInodes(table, port)))
  if (inodes.size === 0) return undefined
  for (const pid of await readdir('/proc')) {
    if (/^\d+$/.test(pid) && (await holdsSocket(pid, inodes))) return Number(pid)
  }
  return undefined
}

/** Columns by proc_net_tcp(5): 1 is local address:port in hexadecimal, 3 the state (0A is LISTEN), 9 the inode. */
function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return table.split('\n').flatMap((line) => {
    const columns = line.trim().split(/\s+/)
    const inode = columns[9]
    return columns[1]?.endsWith(suffix) && columns[3] === '0A' && inode ? [`socket:[${inode}]`] : []
  })
}

async function holdsSocket(pid: string, sockets: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`
  const descriptors = await readdir(folder).catch(() => [])
  const targets = await Promise.all(descriptors.map((fd) => readlink(`${folder}/${fd}`).catch(() => '')))
  return targets.some((target) => sockets.has(target))
}

async function commandInProc(pid: number): Promise<string> {
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  return command.replaceAll('\0', ' ').trim()
}

async function holderByLsof(port: number): Promise<number | undefined> {
  const selection = ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t']
  const { stdout } = await run('lsof', selection).catch(() => ({ stdout: '' }))
  return Number.parseInt(stdout, 10) || undefined
}

async function commandByPs(pid: number): Promise<string> {
  const { stdout } = await run('ps', ['-p', String(pid), '-o', 'command=']).catch(() => ({ stdout: '' }))
  return stdout.trim()
}
