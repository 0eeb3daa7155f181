/**
 * Looks at a project from its folder and its environment, as the service in it would, and sends what it would send.
 */
import { dirname, join, relative } from 'node:path'
import { resolveOptions } from '../settings/options.ts'
import { packageJson } from '../settings/resource.ts'
import { adminPort } from './admin-port.ts'
import { configuration } from './configuration.ts'
import { deliver } from './deliver.ts'
import { manifestIn, packagesOf } from './dependencies.ts'
import { type Doctor, installed } from './installed.ts'
import { others } from './others.ts'
import type { Section } from './results.ts'

/** @param cwd the folder of the service */
export async function examine(cwd: string, env: NodeJS.ProcessEnv, doctor: Doctor): Promise<Section[]> {
  // The program that the service's own folder would start.
  const program = join(cwd, 'program')
  const settings = resolveOptions({}, env, program)
  const own = packageJson(program)
  const packages = packagesOf(cwd)
  const manifest = manifestIn(own.path === undefined ? cwd : dirname(own.path)) ?? {}
  return [
    installed(packages, doctor, cwd),
    configuration(settings, env, own.path === undefined ? own : { ...own, path: relative(cwd, own.path) }),
    await deliver(settings),
    await adminPort(settings, cwd),
    others(packages, manifest, env.NODE_OPTIONS ?? ''),
  ]
}
