/**
 * Reads the Compose file of the shop and parts it in two: services that are built here, with their migrations, are a release; all else
 * (database, backends) is the platform that stays.
 */

import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { Failure } from './failure.ts'
import type { Host } from './host.ts'

export interface ComposeService {
  image?: string
  build?: unknown
  ports?: unknown
  labels?: Record<string, string>
  environment?: Record<string, string>
  depends_on?: Record<string, unknown>
  healthcheck?: Record<string, unknown>
  networks?: unknown
  volumes?: string[]
  secrets?: string[]
  configs?: unknown[]
  [key: string]: unknown
}

export interface Parts {
  readonly release: Readonly<Record<string, ComposeService>>
  readonly platform: Readonly<Record<string, ComposeService>>
  readonly secrets: readonly string[]
  readonly volumes: readonly string[]
}

/** As its services name their image: `${COMPOSE_PROJECT_NAME}/orders:dev`. */
const BUILT_HERE = /^\$\{COMPOSE_PROJECT_NAME\}\/([a-z0-9-]+):/

export async function readParts(host: Host): Promise<Parts> {
  const text = await readFile(host.composeFile, 'utf8').catch(() => {
    throw new Failure(`${host.composeFile}, which the host file names as \`compose\`, cannot be read.`)
  })
  const { services = {}, secrets = {}, volumes = {} } = parse(text, { merge: true })
  const wanted = Object.entries<ComposeService>(services).filter(([name]) => !host.without.includes(name))
  const release = wanted.filter(([, { image = '' }]) => BUILT_HERE.test(image))
  if (!release.some(([name]) => name === host.entry.service))
    throw new Failure(
      `${host.composeFile} has no service "${host.entry.service}" that is built here; see \`entry\` in the host file.`,
    )
  return {
    release: Object.fromEntries(release),
    platform: Object.fromEntries(wanted.filter((one) => !release.includes(one))),
    secrets: Object.keys(secrets),
    volumes: Object.keys(volumes),
  }
}

/** The name of the image that a service of the release runs: `orders` for `orders-migration`, too. */
export function imageNameOf({ image = '' }: ComposeService): string {
  return BUILT_HERE.exec(image)?.[1] ?? image
}

/** Each image of the release once. */
export function imageNames({ release }: Parts): string[] {
  return [...new Set(Object.values(release).map(imageNameOf))].toSorted()
}

/** Dependencies within the same part only: the other one is there already, or not yet. */
export function dependenciesIn(names: readonly string[], { depends_on = {} }: ComposeService): Record<string, unknown> {
  return Object.fromEntries(Object.entries(depends_on).filter(([name]) => names.includes(name)))
}
