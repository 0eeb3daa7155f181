/**
 * The `docker` command, through which all of Compose mode goes: it knows the user's context, proxies and credentials.
 */

import { execa } from 'execa'
import { Failure } from '../terminal/failure.ts'

export interface DockerOptions {
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly signal?: AbortSignal
  /** Milliseconds. */
  readonly timeout?: number
  /** Called with each line that it writes, on either output. */
  readonly onLine?: (line: string) => void
}

export interface DockerResult {
  /** Undefined where it did not run to its end. */
  readonly exitCode: number | undefined
  readonly stdout: string
  /** Both outputs, in the order in which they were written. */
  readonly output: string
  readonly isMissing: boolean
  readonly timedOut: boolean
}

/** Runs it to its end, whatever that is. Throws the reason of `signal` when that aborts. */
export async function docker(args: readonly string[], options: DockerOptions = {}): Promise<DockerResult> {
  const { env, signal, timeout, onLine } = options
  const target = onLine ? eachLine(onLine) : 'pipe'
  const result = await execa('docker', args, {
    all: true,
    reject: false,
    stdin: 'ignore',
    stdout: target,
    stderr: target,
    ...(env && { env, extendEnv: false }),
    ...(signal && { cancelSignal: signal }),
    ...(timeout && { timeout }),
  })
  signal?.throwIfAborted()
  const { exitCode, stdout, all, timedOut, code } = result
  return { exitCode, stdout, output: all, timedOut, isMissing: code === 'ENOENT' }
}

function eachLine(onLine: (line: string) => void) {
  return function* passLine(line: unknown) {
    onLine(String(line))
    yield line
  }
}

/** What it wrote to its standard output. Throws a Failure with its last line when it did not go well. */
export async function dockerOutput(args: readonly string[], options: DockerOptions = {}): Promise<string> {
  const result = await docker(args, options)
  if (result.exitCode === 0) return result.stdout
  throw new Failure(`\`docker ${args.join(' ')}\` failed: ${lastLine(result)}`)
}

/** The line in which a failed command says why. */
export function lastLine({ output, isMissing }: DockerResult): string {
  return isMissing ? 'the command `docker` is not there' : (output.trimEnd().split('\n').at(-1) ?? '')
}
