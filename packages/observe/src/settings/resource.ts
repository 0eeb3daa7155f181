/**
 * Which process the signals come from: service, host, process and runtime, by the names of the semantic conventions.
 */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import type { Attributes } from '@opentelemetry/api'
import { resourceAttribute } from '../conventions/names.ts'

/** What the environment gives, over what is found out, under what the service is called. */
export function resourceOf(
  given: Record<string, string>,
  service: string,
  version: string | undefined,
  environment: string | undefined,
): Attributes {
  return {
    [resourceAttribute.instance]: randomUUID(),
    [resourceAttribute.host]: hostname(),
    [resourceAttribute.processId]: process.pid,
    [resourceAttribute.runtimeName]: 'nodejs',
    [resourceAttribute.runtimeVersion]: process.versions.node,
    [resourceAttribute.sdkLanguage]: 'nodejs',
    [resourceAttribute.sdkName]: 'opentelemetry',
    ...given,
    [resourceAttribute.service]: service,
    ...(version === undefined ? {} : { [resourceAttribute.version]: version }),
    ...(environment === undefined ? {} : { [resourceAttribute.environment]: environment }),
  }
}

/**
 * Name and version in the package.json nearest to the program that is started, of those that have a name: one that only says
 * `"type": "commonjs"` often stands beside what was built.
 */
export function packageJson(program = join(process.cwd(), '_')): { name?: string; version?: string; path?: string } {
  for (let folder = dirname(program); ; folder = dirname(folder)) {
    const path = join(folder, 'package.json')
    const { name, version } = contentsOf(path)
    if (typeof name === 'string' && name !== '') {
      return typeof version === 'string' ? { name, version, path } : { name, path }
    }
    if (folder === dirname(folder)) return {}
  }
}

/** Nothing where there is no such file, or none that can be read. */
function contentsOf(path: string): { name?: unknown; version?: unknown } {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) ?? {}
  } catch {
    return {}
  }
}
