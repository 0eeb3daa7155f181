/**
 * Which process the signals come from: service, host, process and runtime, by the names of the semantic conventions.
 */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import type { Attributes } from '@opentelemetry/api'
import { resourceAttribute } from './names.ts'

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

/** Name and version in the package.json nearest to the program that is started. */
export function packageJson(program = join(process.cwd(), '_')): { name?: string; version?: string; path?: string } {
  for (let folder = dirname(program); ; folder = dirname(folder)) {
    const path = join(folder, 'package.json')
    try {
      return { ...JSON.parse(readFileSync(path, 'utf8')), path }
    } catch {
      if (folder === dirname(folder)) return {}
    }
  }
}
