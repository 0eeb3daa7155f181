/**
 * kamal-proxy in front: the one place that says which release serves. A switch waits until the new release is ready, sends every new
 * request there, and lets the open ones of the old release end.
 */

import { stripVTControlCharacters } from 'node:util'
import type { Engine } from './engine.ts'
import { Failure } from './failure.ts'
import type { Host } from './host.ts'
import { aliasOf, platformOf } from './names.ts'

const ATTEMPTS = 10

export class Front {
  readonly #engine: Engine
  readonly #host: Host

  constructor(engine: Engine, host: Host) {
    this.#engine = engine
    this.#host = host
  }

  /** The release that serves, undefined before the first. The proxy may be starting again, so it gets some attempts. */
  async serving(): Promise<string | undefined> {
    const { service, port } = this.#host.entry
    const target = new RegExp(`\\b${service}-([a-z0-9-]+):${port}\\b`)
    const listed = stripVTControlCharacters(await this.#command(['list']))
    const line = listed.split('\n').find((one) => one.trimStart().startsWith(`${this.#host.name} `))
    return target.exec(line ?? '')?.[1]
  }

  /** Throws a Failure when the release is not ready in time; the old one then serves on. */
  async switchTo(release: string): Promise<void> {
    const { drain, entry } = this.#host
    await this.#command([
      'deploy',
      this.#host.name,
      `--target=${aliasOf(entry.service, release)}:${entry.port}`,
      `--health-check-port=${entry.healthPort}`,
      `--health-check-path=${entry.healthPath}`,
      `--drain-timeout=${drain}s`,
      '--deploy-timeout=30s',
    ])
  }

  /** Answers every request with 503 while the database is replaced. */
  async closeWith(message: string): Promise<void> {
    await this.#command(['stop', this.#host.name, `--message=${message}`, `--drain-timeout=${this.#host.drain}s`])
  }

  async open(): Promise<void> {
    await this.#command(['resume', this.#host.name])
  }

  async #command(args: readonly string[]): Promise<string> {
    let last: unknown
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const container = await this.#container()
      if (container) {
        try {
          return await this.#engine.docker(['exec', container, 'kamal-proxy', ...args])
        } catch (error) {
          last = error
          if (!isAway(error)) throw error
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 1000))
    }
    throw last ?? new Failure(`The proxy of host "${this.#host.name}" does not run. Start it: \`rollout platform\`.`)
  }

  async #container(): Promise<string | undefined> {
    const project = `label=com.docker.compose.project=${platformOf(this.#host)}`
    const found = await this.#engine.docker([
      'ps',
      '--quiet',
      '--filter',
      project,
      '--filter',
      'label=rollout.role=proxy',
    ])
    return found.split('\n')[0] || undefined
  }
}

/** The proxy ended or has not opened its socket yet, which a second attempt may find otherwise. */
function isAway(error: unknown): boolean {
  return (
    error instanceof Failure &&
    /not running|is restarting|connect: |connection refused|EOF|no such file/i.test(error.message)
  )
}
