/**
 * The project of ops/compose.yaml: what its file says once the variables are filled in, and the containers that there are
 * of it. Compose and the engine are asked each time; nothing is remembered.
 */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { resolvePorts } from '../machine/ports.ts'
import { type DockerOptions, type DockerResult, docker, dockerOutput } from './docker.ts'
import type { Place, Settings } from './started.ts'

const modelSchema = z.object({
  name: z.string(),
  services: z.record(
    z.string(),
    z.object({
      image: z.string(),
      labels: z.record(z.string(), z.string()).default({}),
      build: z.object({ context: z.string(), dockerfile: z.string() }).optional(),
      ports: z.array(z.object({ published: z.coerce.number() })).default([]),
      volumes: z.array(z.object({ type: z.string(), source: z.string().optional() })).default([]),
    }),
  ),
  volumes: z.record(z.string(), z.object({ name: z.string() })).default({}),
})

/** The Compose file with every variable filled in; services of the active profiles only. */
export type Model = z.infer<typeof modelSchema>

export class Project {
  /** Of the Compose file. */
  readonly folder: string
  readonly #file: string
  readonly #settings: Settings
  readonly #env: Readonly<Record<string, string | undefined>>

  constructor({ root, home, env }: Place, settings: Settings) {
    this.folder = join(root, 'ops')
    this.#file = join(this.folder, 'compose.yaml')
    this.#settings = settings
    const others = Object.entries(env).filter(([name]) => !/^(DEMO|COMPOSE)_/.test(name))
    this.#env = { ...Object.fromEntries(others), ...settings, DEMO_HOME: home }
  }

  /** Runs `docker compose ARGS...` to its end. */
  compose(args: readonly string[], options: Omit<DockerOptions, 'env'> = {}): Promise<DockerResult> {
    return docker(this.#command(args), { ...options, env: this.#env })
  }

  /** Every port that the file publishes, by the variable that moves it. Throws a Failure when one is set to no port. */
  async ports(): Promise<Record<string, number>> {
    const variables = (await readFile(this.#file, 'utf8')).matchAll(/\$\{(DEMO_\w+_PORT):-(\d+)\}/g)
    return resolvePorts(
      Object.fromEntries(Array.from(variables, ([, name, port]) => [name, Number(port)])),
      this.#settings,
    )
  }

  /** Throws a Failure when the file cannot be used as it stands. */
  async model(): Promise<Model> {
    await this.ports()
    const output = await dockerOutput(this.#command(['config', '--format', 'json']), { env: this.#env })
    return modelSchema.parse(JSON.parse(output))
  }

  #command(args: readonly string[]): string[] {
    return ['compose', '--ansi', 'never', '--progress', 'plain', '--file', this.#file, ...args]
  }
}

/** Names of the services that are shown, those of the shop first; a migration runs and ends, and is not shown. */
export function shownServices({ services }: Model): string[] {
  const ofKind = (kind: string) => Object.keys(services).filter((name) => services[name]?.labels['shop.kind'] === kind)
  return [...ofKind('service'), ...ofKind('backend')]
}
