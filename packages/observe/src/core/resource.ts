/**
 * Which process the signals come from: service, host, process and runtime, by the names of the semantic conventions.
 */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import type { Attributes } from '@opentelemetry/api'

/** What the environment gives, over what is found out, under what the service is called. */
export function resourceOf(
  given: Record<string, string>,
  service: string,
  version: string | undefined,
  environment: string | undefined,
): Attributes {
  return {
    'service.instance.id': randomUUID(),
    'host.name': hostname(),
    'process.pid': process.pid,
    'process.runtime.name': 'nodejs',
    'process.runtime.version': process.versions.node,
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.name': 'opentelemetry',
    ...given,
    'service.name': service,
    ...(version === undefined ? {} : { 'service.version': version }),
    ...(environment === undefined ? {} : { 'deployment.environment.name': environment }),
  }
}

/** Name and version in the package.json nearest to the program that was started. */
export function packageJson(): { name?: string; version?: string } {
  for (let folder = dirname(process.argv[1] ?? join(process.cwd(), '_')); ; folder = dirname(folder)) {
    try {
      return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    } catch {
      if (folder === dirname(folder)) return {}
    }
  }
}
