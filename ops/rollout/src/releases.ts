/**
 * The releases on an engine, each a Compose project of its own: start, stop, remove, and what is wrong with one that does not start.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Engine } from './engine.ts'
import { Failure, messageOf } from './failure.ts'
import type { Host } from './host.ts'
import { platformOf, projectOf } from './names.ts'

/** Lines of a failed container that are shown. */
const LINES = 15

export class Releases {
  readonly #engine: Engine
  readonly #host: Host

  constructor(engine: Engine, host: Host) {
    this.#engine = engine
    this.#host = host
  }

  /** Names of the releases that have containers here, running or stopped. */
  async all(): Promise<string[]> {
    return this.#list(['--all'])
  }

  async running(): Promise<string[]> {
    return this.#list([])
  }

  /** Starts a release and waits until all of it is healthy. Throws a Failure with the cause: the container, and its last lines. */
  async start(release: string, file: string): Promise<void> {
    const timeout = `${this.#host.start}`
    try {
      await this.compose(file, ['up', '--detach', '--wait', '--wait-timeout', timeout, '--no-recreate'])
    } catch (error) {
      throw new Failure(await this.#cause(release, messageOf(error)), { cause: error })
    }
  }

  async stop(release: string): Promise<void> {
    const ids = await this.#containers(release, [])
    if (ids.length > 0) await this.#engine.docker(['stop', ...ids])
  }

  async remove(release: string): Promise<void> {
    const ids = await this.#containers(release, ['--all'])
    if (ids.length > 0) await this.#engine.docker(['rm', '--force', '--volumes', ...ids])
  }

  /** Runs Compose with a file that exists for that long only. */
  async compose(file: string, args: readonly string[]): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'rollout-'))
    try {
      await writeFile(join(folder, 'compose.json'), file)
      await this.#engine.docker(['compose', '--progress=quiet', '--file', join(folder, 'compose.json'), ...args], {
        env: { COMPOSE_PROJECT_NAME: JSON.parse(file).name, COMPOSE_PROFILES: '' },
      })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  async #list(flags: readonly string[]): Promise<string[]> {
    const format = '{{.Label "rollout.release"}}\t{{.Label "com.docker.compose.project"}}'
    const found = await this.#engine.docker(['ps', ...flags, '--filter', 'label=rollout.release', '--format', format])
    const rows = found.split('\n').map((row) => row.split('\t'))
    const ours = rows.filter(([release = '', project]) => release && project === projectOf(this.#host, release))
    return [...new Set(ours.map(([release = '']) => release))]
  }

  async #containers(release: string, flags: readonly string[]): Promise<string[]> {
    const project = projectOf(this.#host, release)
    if (project === platformOf(this.#host)) throw new Failure(`"${release}" is no release.`)
    const filter = `label=com.docker.compose.project=${project}`
    return (await this.#engine.docker(['ps', '--quiet', ...flags, '--filter', filter])).split('\n').filter(Boolean)
  }

  /** Each container that is not well, with its last lines; what Compose said where all are. */
  async #cause(release: string, said: string): Promise<string> {
    const fields = [
      '{{index .Config.Labels "com.docker.compose.service"}}',
      '{{.State.Status}}',
      '{{.State.ExitCode}}',
      '{{.RestartCount}}',
    ]
    const health = '{{with .State.Health}}{{.Status}}\t{{range .Log}}{{.Output}}{{end}}{{end}}'
    const lines: string[] = []
    for (const id of await this.#containers(release, ['--all'])) {
      const inspected = await this.#engine.try(['inspect', '--format', [...fields, health].join('\t'), id])
      const [service, status, code, restarts, state, output = ''] = (inspected ?? '').split('\t')
      const ended = restarts !== '0' || (status === 'exited' && code !== '0')
      const how = restarts === '0' ? `ended with code ${code}` : `ended ${restarts} times`
      if (!ended && state !== 'unhealthy') continue
      lines.push(ended ? `${service} ${how}:` : `${service} is unhealthy: ${output.trim().slice(-300)}`)
      const log = await this.#engine.log(id, LINES)
      lines.push(...log.map((line) => `  ${line}`))
    }
    return lines.length > 0 ? lines.join('\n') : said
  }
}
