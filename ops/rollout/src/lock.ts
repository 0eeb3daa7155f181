/**
 * One change of a host at a time. The lock is a container that is never started: its name is taken by exactly one `docker create`, from
 * whichever machine, and what is written on it says who holds it.
 */

import { hostname, userInfo } from 'node:os'
import type { Engine } from './engine.ts'
import { Failure } from './failure.ts'
import type { Host } from './host.ts'

export async function withLock<T>(engine: Engine, host: Host, purpose: string, use: () => Promise<T>): Promise<T> {
  const labels = { 'lock.by': who(), 'lock.since': new Date().toISOString(), 'lock.purpose': purpose }
  const flags = Object.entries(labels).flatMap(([name, value]) => ['--label', `${name}=${value}`])
  await engine.docker(['create', '--name', lockOf(host), ...flags, host.proxy, 'kamal-proxy']).catch(async (error) => {
    const holder = await describe(engine, host)
    throw holder ? new Failure(refusal(host, holder)) : error
  })
  try {
    return await use()
  } finally {
    await engine.try(['rm', lockOf(host)])
  }
}

/** Removes a lock whose holder is gone. Gives what was written on it, undefined where there was none. */
export async function unlock(engine: Engine, host: Host): Promise<string | undefined> {
  const holder = await describe(engine, host)
  if (holder !== undefined) await engine.docker(['rm', lockOf(host)])
  return holder
}

/** Who changes the host now, since when and why. */
export async function describe(engine: Engine, host: Host): Promise<string | undefined> {
  const labels = ['lock.purpose', 'lock.by', 'lock.since'].map((name) => `{{index .Config.Labels "${name}"}}`)
  const found = await engine.try(['inspect', '--format', labels.join('\t'), lockOf(host)])
  const [purpose, by, since] = found?.split('\t') ?? []
  return found === undefined ? undefined : `${purpose}, by ${by} since ${since}`
}

export function who(): string {
  return `${process.env.GITHUB_ACTOR ?? userInfo().username}@${process.env.GITHUB_RUN_ID ?? hostname()}`
}

function lockOf({ name }: Host): string {
  return `${name}-rollout-lock`
}

function refusal({ name }: Host, holder: string): string {
  return `Host "${name}" is being changed: ${holder}. Nothing was changed by this command. Run it again when that is done; if that run is dead, \`rollout unlock\` first.`
}
