/**
 * One roll-out, from a tag to a watched release. Until the switch the old release serves and nothing of it is touched; after the switch
 * the old release keeps running until the new one proved itself, so the way back is one more switch.
 *
 *     images by digest, backup, migrations and start, switch, smoke test, watch, stop of the old one
 */

import { Attempt } from './attempt.ts'
import { imageNames, type Parts } from './compose-file.ts'
import { backUp } from './database.ts'
import type { Engine } from './engine.ts'
import { Failure, messageOf } from './failure.ts'
import { Front } from './front.ts'
import type { Host } from './host.ts'
import { type Images, resolveImages } from './images.ts'
import { releaseFile } from './release-file.ts'
import { Releases } from './releases.ts'
import { smokeTest } from './smoke.ts'
import type { State } from './state.ts'
import { targetsFile } from './targets.ts'
import { watchErrors } from './watch.ts'

export interface Connection {
  readonly engine: Engine
  readonly host: Host
  readonly parts: Parts
  readonly state: State
  readonly report: (line: string) => void
  /** Gives up between two parts. */
  readonly interrupted: AbortSignal
}

export class Rollout {
  readonly #connection: Connection
  readonly #front: Front
  readonly #releases: Releases

  constructor(connection: Connection) {
    this.#connection = connection
    this.#front = new Front(connection.engine, connection.host)
    this.#releases = new Releases(connection.engine, connection.host)
  }

  /** Throws a Failure where the release does not serve afterwards; the log then says why, and the message which one serves. */
  async deploy(release: string): Promise<void> {
    const { engine, host, parts, state, report, interrupted } = this.#connection
    const previous = await this.#front.serving()
    if (previous === release) return report(`${release} serves already; nothing was changed`)
    const attempt = new Attempt(host, state, { kind: 'rollout', release, previous }, report, interrupted)
    let images: Images | undefined
    let backup: string | undefined
    let switched = false
    try {
      images = await attempt.part('images', () => resolveImages(engine, host, imageNames(parts), release))
      const file = JSON.stringify(releaseFile(host, parts, release, images.references))
      await state.saveRelease(release, file)
      // Of an earlier attempt, which may have other images.
      await this.#releases.remove(release)
      backup = await attempt.part('backup', () => backUp(engine, host, parts, state, release))
      await attempt.part('start', () => this.#releases.start(release, file))
      await this.#scrape([release, previous])
      await attempt.part('switch', () => this.#front.switchTo(release))
      switched = true
      await this.#prove(attempt, release)
    } catch (error) {
      const reason = messageOf(error)
      if (switched && previous) await attempt.lastPart('back', () => this.#front.switchTo(previous))
      const serving = await this.#front.serving()
      if (serving !== release) await this.#releases.remove(release)
      await this.#scrape([serving])
      await attempt.end({ outcome: switched ? 'taken back' : 'refused', reason, ...(images && { images }), backup })
      const what = switched ? 'was taken back' : 'was not deployed'
      throw new Failure(`${release} ${what}: ${reason}\n${servesNow(serving)}${afterwards(backup)}`, { cause: error })
    }
    await attempt.lastPart('stop', async () => {
      if (previous) await this.#releases.stop(previous)
    })
    await this.#scrape([release])
    await attempt.end({ outcome: 'serving', images, backup })
    await this.#forget()
    report(`${release} serves`)
  }

  /** Back to a release that is kept, the one that served before by default. */
  async back(wanted?: string): Promise<void> {
    const { host, state, report, interrupted } = this.#connection
    const previous = await this.#front.serving()
    const release = wanted ?? (await this.#servedBefore(previous))
    if (release === previous) throw new Failure(`${release} serves already; nothing was changed.`)
    const file = await state.readRelease(release)
    if (file === undefined)
      throw new Failure(`${release} was never deployed here; see \`rollout history\`. ${servesNow(previous)}`)
    const attempt = new Attempt(host, state, { kind: 'back', release, previous }, report, interrupted)
    try {
      if (!(await this.#releases.running()).includes(release))
        await attempt.part('start', () => this.#releases.start(release, file))
      await this.#scrape([release, previous])
      await attempt.part('switch', () => this.#front.switchTo(release))
    } catch (error) {
      const reason = messageOf(error)
      const serving = await this.#front.serving()
      await attempt.end({ outcome: 'refused', reason })
      throw new Failure(`${release} does not come back: ${reason}\n${servesNow(serving)}`, { cause: error })
    }
    const fault = await attempt.lastPart('smoke', () => smokeTest(host))
    if (previous) await this.#releases.stop(previous)
    await this.#scrape([release])
    await attempt.end({ outcome: 'serving', reason: fault })
    if (fault) throw new Failure(`${release} serves again, and its smoke test fails: ${fault}`)
    report(`${release} serves again`)
  }

  async #prove(attempt: Attempt, release: string): Promise<void> {
    const { engine, host, report, interrupted } = this.#connection
    const fault = await attempt.part('smoke', () => smokeTest(host))
    if (fault) throw new Failure(`the smoke test failed: ${fault}`)
    const errors = await attempt.part('watch', () => watchErrors(engine, host, release, report, interrupted))
    if (errors) throw new Failure(errors)
  }

  async #servedBefore(current: string | undefined): Promise<string> {
    const served = (await this.#connection.state.deployments()).filter(({ outcome }) => outcome === 'serving')
    const found = served.findLast(({ release }) => release !== current)
    if (!found) throw new Failure(`There is no release to go back to. ${servesNow(current)}`)
    return found.release
  }

  /** Removes all but the last releases that served. The log and the files of all releases stay. */
  async #forget(): Promise<void> {
    const { host, state } = this.#connection
    const served = (await state.deployments()).filter(({ outcome }) => outcome === 'serving').toReversed()
    const kept = [...new Set(served.map(({ release }) => release))].slice(0, host.keep)
    for (const name of await this.#releases.all()) if (!kept.includes(name)) await this.#releases.remove(name)
  }

  async #scrape(releases: readonly (string | undefined)[]): Promise<void> {
    const { host, parts, state } = this.#connection
    await state.writeTargets(
      targetsFile(
        host,
        parts,
        releases.filter((name) => name !== undefined),
      ),
    )
  }
}

function servesNow(release: string | undefined): string {
  return release ? `${release} serves.` : 'No release serves.'
}

function afterwards(backup: string | undefined): string {
  return backup
    ? ` Migrations that ran stay, and the old release works with them; the data from before: \`rollout restore ${backup}\`.`
    : ''
}
