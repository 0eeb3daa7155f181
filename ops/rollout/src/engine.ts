/**
 * The Docker engine of a host. An engine behind SSH is reached through one forwarded socket: `docker context` would open a connection
 * for each command, and meet the limits of sshd.
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { Failure, messageOf } from './failure.ts'
import type { Host } from './host.ts'

export interface Engine {
  /** Runs the docker command; gives its standard output. Throws a Failure with what the command printed. */
  docker(args: readonly string[], options?: RunOptions): Promise<string>
  /** The same, without throwing: undefined where the command failed. */
  try(args: readonly string[]): Promise<string | undefined>
  /** Saves standard output in a file, or reads standard input from one. */
  pipe(args: readonly string[], direction: 'to' | 'from', file: string): Promise<void>
  /** The last lines of a container, of both its outputs. */
  log(container: string, lines: number): Promise<string[]>
  close(): Promise<void>
}

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
  /** ms. */
  readonly timeout?: number
}

const ANSWERS_WITHIN = 10_000

/** Connects, and makes sure that the engine answers. Throws a Failure within some seconds where it does not. */
export async function connect(host: Host): Promise<Engine> {
  const forward = host.engine.startsWith('ssh://') ? await forwardSocket(host.engine) : undefined
  const env = { ...environmentOf(host.engine), ...(forward && { DOCKER_HOST: `unix://${forward.socket}` }) }

  async function docker(args: readonly string[], { env: own, input, timeout }: RunOptions = {}): Promise<string> {
    const all = {
      env: { ...env, ...own },
      reject: false,
      stripFinalNewline: true,
      timeout: timeout ?? 900_000,
    } as const
    const result = await execa('docker', args, input === undefined ? { ...all, stdin: 'ignore' } : { ...all, input })
    if (!result.failed) return result.stdout
    const message = result.stderr || result.stdout || result.shortMessage || 'no message'
    throw new Failure(`docker ${args.slice(0, 3).join(' ')} failed: ${message.split('\n').slice(-8).join('\n')}`)
  }

  const engine: Engine = {
    docker,
    try: (args) => docker(args).catch(() => undefined),
    async pipe(args, direction, file) {
      const options = direction === 'to' ? { stdout: { file } } : { inputFile: file }
      const { failed, stderr } = await execa('docker', args, { env, reject: false, ...options })
      if (failed) throw new Failure(`docker ${args.slice(0, 3).join(' ')} failed: ${stderr}`)
    },
    async log(container, lines) {
      const { all = '' } = await execa('docker', ['logs', '--tail', `${lines}`, container], {
        env,
        reject: false,
        all: true,
      })
      return all.split('\n').filter(Boolean)
    },
    close: async () => forward?.close(),
  }
  await docker(['version', '--format', '{{.Server.Version}}'], { timeout: ANSWERS_WITHIN }).catch(async (error) => {
    await engine.close()
    throw new Failure(
      `The engine of host "${host.name}" (${host.engine}) does not answer: ${messageOf(error)}\nNothing was changed. Check \`engine\` in the host file and that Docker runs there.`,
    )
  })
  return engine
}

function environmentOf(engine: string): Record<string, string> {
  if (engine.startsWith('context:')) return { DOCKER_CONTEXT: engine.slice('context:'.length) }
  if (engine.startsWith('unix://')) return { DOCKER_HOST: engine }
  return {}
}

async function forwardSocket(target: string): Promise<{ socket: string; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'rollout-'))
  const socket = join(folder, 'docker.sock')
  const control = join(folder, 'control')
  const url = new URL(target)
  const destination = [
    ...(url.port ? ['-p', url.port] : []),
    url.username ? `${url.username}@${url.hostname}` : url.hostname,
  ]
  const remote = url.pathname.length > 1 ? url.pathname : '/var/run/docker.sock'
  const options = [
    'BatchMode=yes',
    'ConnectTimeout=8',
    'ServerAliveInterval=5',
    'ServerAliveCountMax=3',
    'ExitOnForwardFailure=yes',
  ]
  const flags = options.flatMap((option) => ['-o', option])
  const opened = await execa(
    'ssh',
    ['-fnNT', '-M', '-S', control, ...flags, '-L', `${socket}:${remote}`, ...destination],
    {
      reject: false,
      stdio: ['ignore', 'ignore', { file: join(folder, 'log') }],
      timeout: ANSWERS_WITHIN,
    },
  )
  if (opened.failed) {
    const log = await execa('cat', [join(folder, 'log')], { reject: false })
    await rm(folder, { recursive: true, force: true })
    throw new Failure(
      `${target} does not answer: ${log.stdout.trim() || opened.shortMessage}\nNothing was changed. Try \`ssh ${destination.join(' ')} docker version\`.`,
    )
  }
  return {
    socket,
    async close() {
      await execa('ssh', ['-S', control, '-O', 'exit', ...destination], { reject: false, stdio: 'ignore' })
      await rm(folder, { recursive: true, force: true })
    },
  }
}
