/**
 * Lists of paths in options and variables: `/healthz` is that path, `/assets/*` whatever begins with `/assets/`.
 */
import type { ObserveOptions } from '../types.ts'
import { check } from './check.ts'
import type { Environment } from './environment.ts'
import type { Variable } from './variables.ts'

const EXPECTED = 'a path such as "/healthz", or "/assets/*"'

/** Whether a path is in the list. */
export type PathMatch = (path: string) => boolean

export function pathMatch(list: readonly string[]): PathMatch {
  const exact = new Set(list.filter((path) => !path.endsWith('*')))
  const beginnings = list.flatMap((path) => (path.endsWith('*') ? path.slice(0, -1) : []))
  return (path) => exact.has(path) || beginnings.some((beginning) => path.startsWith(beginning))
}

/** The option, else the variable, else no path. */
export function pathList(given: unknown, option: string, env: Environment, variable: Variable): string[] {
  if (given !== undefined) {
    check(Array.isArray(given), option, given, 'a list of paths')
    const paths: unknown[] = Array.isArray(given) ? given : []
    for (const path of paths) check(isPath(path), option, path, EXPECTED)
    return paths.filter(isPath)
  }
  const listed = env.list(variable) ?? []
  const paths = listed.filter(isPath)
  for (const path of listed) if (!isPath(path)) env.warn(variable, path, paths, EXPECTED)
  return paths
}

export function ignoredPaths(given: ObserveOptions['ignore'], env: Environment): PathMatch {
  if (typeof given === 'function') return given
  const paths = pathList(given, 'ignore', env, 'OBSERVE_IGNORE_PATHS')
  return paths.length === 0 ? () => false : pathMatch(paths)
}

function isPath(path: unknown): path is string {
  return typeof path === 'string' && path.startsWith('/')
}
