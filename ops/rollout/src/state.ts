/**
 * What is remembered of a host, on the host itself, so that every machine that deploys to it sees the same: the log of deployments and
 * the backups, in a volume. A container that is never started holds the volume, since its content is reached by `docker cp` alone.
 */

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Engine } from './engine.ts'
import type { Host } from './host.ts'
import { inFolder } from './in-folder.ts'

const deployment = z.object({
  number: z.int(),
  release: z.string(),
  /** What served before, and serves again after a failure. */
  previous: z.string().optional(),
  kind: z.enum(['rollout', 'back']),
  outcome: z.enum(['serving', 'refused', 'taken back']),
  /** Why not, where it is not serving. */
  reason: z.string().optional(),
  by: z.string(),
  begin: z.iso.datetime(),
  end: z.iso.datetime(),
  /** Of the commit that the images are made from. */
  committed: z.iso.datetime({ offset: true }).optional(),
  revision: z.string().optional(),
  backup: z.string().optional(),
  images: z.record(z.string(), z.string()),
  /** Seconds of each part. */
  seconds: z.record(z.string(), z.number()),
})

export type Deployment = z.infer<typeof deployment>

export class State {
  readonly #engine: Engine
  readonly #container: string
  readonly #configurations: readonly string[]

  private constructor(engine: Engine, container: string, configurations: readonly string[]) {
    this.#engine = engine
    this.#container = container
    this.#configurations = configurations
  }

  /** Makes the container where it is missing, with a mount for each folder of configuration. */
  static async open(engine: Engine, host: Host, configurations: readonly string[]): Promise<State> {
    const container = `${host.name}-rollout`
    const mounts = configurations.map((volume) => `${volume}:/configuration/${volume}`)
    const wanted = mounts.join(' ')
    const found = await engine.try(['inspect', '--format', '{{index .Config.Labels "rollout.mounts"}}', container])
    if (found !== undefined && found !== wanted) await engine.docker(['rm', container])
    if (found !== wanted) {
      const volumes = [`${host.name}-rollout:/rollout`, ...mounts].flatMap((volume) => ['--volume', volume])
      await engine.docker([
        'create',
        '--name',
        container,
        '--label',
        `rollout.mounts=${wanted}`,
        ...volumes,
        host.proxy,
        'kamal-proxy',
      ])
    }
    return new State(engine, container, configurations)
  }

  /** To read what is there; makes nothing. */
  static existing(engine: Engine, host: Host): State {
    return new State(engine, `${host.name}-rollout`, [])
  }

  /** All deployments, the first one first. */
  async deployments(): Promise<Deployment[]> {
    return inFolder(async (folder) => {
      const copied = await this.#engine.try(['cp', `${this.#container}:/rollout/deployments`, folder])
      if (copied === undefined) return []
      const names = (await readdir(join(folder, 'deployments'))).toSorted()
      const texts = await Promise.all(names.map((name) => readFile(join(folder, 'deployments', name), 'utf8')))
      return texts.map((text) => deployment.parse(JSON.parse(text)))
    })
  }

  /** A file each, so that a cut connection harms none that is there. */
  async record(entry: Deployment): Promise<void> {
    await this.#write(`deployments/${String(entry.number).padStart(6, '0')}.json`, `${JSON.stringify(entry)}\n`)
  }

  /** The Compose file of a release, for a way back after a long time. */
  async saveRelease(release: string, file: string): Promise<void> {
    await this.#write(`releases/${release}.json`, file)
  }

  async readRelease(release: string): Promise<string | undefined> {
    return inFolder(async (folder) => {
      const copied = await this.#engine.try(['cp', `${this.#container}:/rollout/releases/${release}.json`, folder])
      return copied === undefined ? undefined : readFile(join(folder, `${release}.json`), 'utf8')
    })
  }

  /** Copies what is in a folder of this machine into a volume of configuration. */
  async configure(folder: string, volume: string): Promise<void> {
    await this.#engine.docker(['cp', `${folder}/.`, `${this.#container}:/configuration/${volume}`])
  }

  /** Where Prometheus finds the services; it reads the file again when it changes. */
  async writeTargets(text: string): Promise<void> {
    const volume = this.#configurations.find((name) => name.endsWith('-config-prometheus'))
    if (volume === undefined) return
    await inFolder(async (folder) => {
      await writeFile(join(folder, 'services.yml'), text)
      const file = join(folder, 'services.yml')
      await this.#engine.docker(['cp', file, `${this.#container}:/configuration/${volume}/targets/services.yml`])
    })
  }

  async storeBackup(file: string, name: string): Promise<void> {
    await inFolder(async (folder) => {
      await mkdir(join(folder, 'backups'))
      await this.#engine.docker(['cp', `${folder}/backups`, `${this.#container}:/rollout/`])
    })
    await this.#engine.docker(['cp', file, `${this.#container}:/rollout/backups/${name}`])
  }

  async fetchBackup(name: string, file: string): Promise<boolean> {
    return (await this.#engine.try(['cp', `${this.#container}:/rollout/backups/${name}`, file])) !== undefined
  }

  async #write(path: string, text: string): Promise<void> {
    await inFolder(async (folder) => {
      await mkdir(join(folder, path, '..'), { recursive: true })
      await writeFile(join(folder, path), text)
      await this.#engine.docker(['cp', `${folder}/.`, `${this.#container}:/rollout`])
    })
  }
}
