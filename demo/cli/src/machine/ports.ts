/**
 * Which ports the shop uses, and whether they are free. Asked before anything starts, so that a taken port is one clear
 * error rather than a service that dies a little later.
 */

import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { Failure } from '../terminal/failure.ts'
import { portHolder } from './port-holder.ts'

const host = '127.0.0.1'

/** A TCP port on loopback, and the environment variable that moves it. */
export interface Port {
  readonly variable: string
  readonly port: number
}

/** The default ports, moved by the environment where it says so. */
export function resolvePorts(
  defaults: Readonly<Record<string, number>>,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, number> {
  const ports = Object.fromEntries(
    Object.entries(defaults).map(([variable, port]) => [variable, parsePort(variable, env[variable]) ?? port]),
  )
  rejectDuplicates(ports)
  return ports
}

function parsePort(variable: string, text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined
  const port = Number(text)
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port
  throw new Failure(`${variable} is "${text}". Set it to a port number from 1 to 65535.`, { exitCode: 2 })
}

function rejectDuplicates(ports: Readonly<Record<string, number>>): void {
  const first = new Map<number, string>()
  for (const [variable, port] of Object.entries(ports)) {
    const other = first.get(port)
    if (other)
      throw new Failure(`${other} and ${variable} are both ${port}. Give each a port of its own.`, { exitCode: 2 })
    first.set(port, variable)
  }
}

/** Throws one error that names every port that cannot be used: who holds it, and the variable that moves it. */
export async function requireFree(ports: readonly Port[]): Promise<void> {
  const taken = (await Promise.all(ports.map(describeTaken))).filter((line) => line !== undefined)
  if (taken.length === 0) return
  const [noun, verb] = taken.length === 1 ? ['port', 'is'] : ['ports', 'are']
  throw new Failure(
    `${taken.length} ${noun} that the shop needs ${verb} not free, so nothing was started.\n\n${taken.join('\n')}\n\n` +
      'Stop the program that holds it, or set the variable to another port and run `pnpm demo up` again.',
  )
}

async function describeTaken({ variable, port }: Port): Promise<string | undefined> {
  const problem = await whyNotFree(port)
  if (!problem) return undefined
  return `  ${host}:${port}  ${problem}; moved by ${variable}, for example ${variable}=${port < 60_000 ? port + 1000 : port - 1000}`
}

/** Connecting comes first: macOS lets a port be bound on 127.0.0.1 while another program has it on all addresses. */
async function whyNotFree(port: number): Promise<string | undefined> {
  const code = (await isListening(port)) ? 'EADDRINUSE' : await bindError(port)
  if (code === undefined) return undefined
  if (code === 'EACCES') return 'may only be used by root'
  if (code !== 'EADDRINUSE') return `cannot be used (${code})`
  const holder = await portHolder(port)
  return holder ? `held by process ${holder.pid}, ${holder.command}` : 'held by a program of another user'
}

/** Whether something accepts connections there. */
async function isListening(port: number): Promise<boolean> {
  const socket = connect({ port, host, timeout: 1000 })
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(1000) })
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

async function bindError(port: number): Promise<string | undefined> {
  const server = createServer().listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
  server.close()
  await once(server, 'close')
}
