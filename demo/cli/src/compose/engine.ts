/**
 * Whether a Docker engine answers on this machine, with the two plugins that Compose mode needs. Asked without the network
 * and within seconds, since every `pnpm demo up` asks it first.
 */

import { type DockerResult, docker, lastLine } from './docker.ts'

/** Milliseconds; an engine at rest answers in 50. */
const TIMEOUT_MS = 3000

/** Why Docker cannot run the shop here, as the end of a sentence; undefined where it can. */
export async function whyNoEngine(signal: AbortSignal): Promise<string | undefined> {
  const run = (...args: string[]) => docker(args, { signal, timeout: TIMEOUT_MS })
  const [engine, compose, buildx] = await Promise.all([
    run('version', '--format', '{{.Server.Version}}'),
    run('compose', 'version', '--short'),
    run('buildx', 'version'),
  ])
  if (engine.exitCode !== 0) return whyNoAnswer(engine)
  if (compose.exitCode !== 0) return missingPlugin('Compose')
  if (buildx.exitCode !== 0) return missingPlugin('buildx')
  return undefined
}

function whyNoAnswer(engine: DockerResult): string {
  if (engine.isMissing) return 'Docker is not installed'
  if (engine.timedOut) return `the Docker engine did not answer within ${TIMEOUT_MS / 1000} s`
  if (/permission denied/i.test(engine.output)) {
    return 'this user may not talk to the Docker engine; who is in the group `docker` may'
  }
  return `no Docker engine answers (${lastLine(engine)})`
}

function missingPlugin(name: string): string {
  const command = name.toLowerCase()
  return `Docker has no ${name} plugin (\`docker ${command}\`), which Docker's packages call docker-${command}-plugin`
}
