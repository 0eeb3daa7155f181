/**
 * Names of what a roll-out makes on an engine. Two releases share a network, on which the bare name of a service reaches both; every
 * address therefore has the release in it.
 */

import { Failure } from './failure.ts'
import type { Host } from './host.ts'

/** Part of names of projects and hosts, so it must suit DNS and Compose. */
const RELEASE = /^[a-z0-9][a-z0-9-]{0,40}$/

export function requireRelease(release: string): string {
  if (!RELEASE.test(release))
    throw new Failure(`"${release}" is no name of a release: use up to 41 lower-case letters, digits and hyphens.`)
  return release
}

export function projectOf({ name }: Host, release: string): string {
  return `${name}-${release}`
}

export function platformOf({ name }: Host): string {
  return `${name}-platform`
}

export function aliasOf(service: string, release: string): string {
  return `${service}-${release}`
}
