/**
 * The resource of the signals: service, host, process and runtime, named by the semantic conventions.
 */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import type { Attributes } from '@opentelemetry/api'
import { SDK_INFO } from '@opentelemetry/core'
import { resourceAttribute } from '../conventions/names.ts'

/** Detected attributes, overridden by those of the environment, overridden by the name, version and environment of the service. */
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
    [resourceAttribute.sdkVersion]: SDK_INFO[resourceAttribute.sdkVersion],
    ...given,
    [resourceAttribute.service]: service,
    ...(version === undefined ? {} : { [resourceAttribute.version]: version }),
    ...(environment === undefined ? {} : { [resourceAttribute.environment]: environment }),
  }
}

/**
 * Name and version in the package.json nearest to the started program that has a name: build output often has one next to it
 * that only says `"type": "commonjs"`.
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

/** Empty where there is no such file, or it cannot be read. */
function contentsOf(path: string): { name?: unknown; version?: unknown } {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) ?? {}
  } catch {
    return {}
  }
}
