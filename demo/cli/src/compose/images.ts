/**
 * The images that the shop is started from and built on: which are not on this machine yet, and fetching those. Fetching
 * them is also how it is found out whether they are available, because only the engine knows its mirrors and proxies.
 */

import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Failure, reasonOf } from '../terminal/failure.ts'
import { showProgress } from '../terminal/progress.ts'
import { docker, dockerOutput, lastLine } from './docker.ts'
import type { Model } from './project.ts'

/** References of all images that have to be on this machine but are not. */
export async function missingImages({ services }: Model): Promise<string[]> {
  const all = Object.values(services)
  const built = new Set(all.flatMap(({ image, build }) => (build ? [image] : [])))
  const dockerfiles = new Set(all.flatMap(({ build }) => (build ? [resolve(build.context, build.dockerfile)] : [])))
  const bases = await Promise.all([...dockerfiles].map(basesOf))
  const needed = new Set([...all.map(({ image }) => image).filter((image) => !built.has(image)), ...bases.flat()])
  const present = await dockerOutput(['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}'])
  return [...needed].filter((image) => !present.split('\n').includes(image)).toSorted()
}

/** What a Dockerfile begins from, apart from its own stages. */
async function basesOf(dockerfile: string): Promise<string[]> {
  const froms = (await readFile(dockerfile, 'utf8')).matchAll(/^FROM (\S+)(?: AS (\S+))?/gim)
  const stages = Array.from(froms, ([, image = '', stage]) => ({ image, stage }))
  return stages.map(({ image }) => image).filter((image) => stages.every(({ stage }) => stage !== image))
}

/**
 * Fetches them side by side. Throws a Failure that names the first that is not available; with `answerWithin`, in milliseconds,
 * also when its registry has said nothing by then.
 */
export async function pullImages(
  images: readonly string[],
  signal: AbortSignal,
  { answerWithin }: { answerWithin?: number } = {},
): Promise<void> {
  const failed = new AbortController()
  const stopping = AbortSignal.any([signal, failed.signal])
  await showProgress(
    images.map((image) => ({
      title: `pull ${image}`,
      async work({ step, skip }) {
        try {
          await pull(image, { signal: stopping, answerWithin, onStep: step })
        } catch (error) {
          if (stopping.aborted) return skip('given up')
          failed.abort(error)
          throw error
        }
      },
    })),
  )
  signal.throwIfAborted()
}

interface Pull {
  readonly signal: AbortSignal
  readonly answerWithin: number | undefined
  readonly onStep: (step: string) => void
}

async function pull(image: string, { signal, answerWithin, onStep }: Pull): Promise<void> {
  const answered = new AbortController()
  const silent = new AbortController()
  const waiting =
    answerWithin &&
    delay(answerWithin, undefined, { signal: AbortSignal.any([signal, answered.signal]) }).then(
      () => silent.abort(new Error(`its registry did not answer within ${answerWithin / 1000} s`)),
      () => undefined,
    )
  try {
    const onLine = (line: string) => {
      answered.abort()
      onStep(line.trim())
    }
    const result = await docker(['pull', image], { signal: AbortSignal.any([signal, silent.signal]), onLine })
    onStep('')
    if (result.exitCode !== 0) throw new Error(lastLine(result))
  } catch (error) {
    signal.throwIfAborted()
    throw new Failure(`the image ${image} cannot be pulled (${reasonOf(error)})`, { cause: error })
  } finally {
    answered.abort()
    await waiting
  }
}
