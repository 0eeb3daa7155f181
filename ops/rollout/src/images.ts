/**
 * The images of a release: a tag is turned into a digest once, before anything starts, so that what is tested is what runs, also
 * when the tag moves.
 */

import type { Engine } from './engine.ts'
import { Failure, messageOf } from './failure.ts'
import type { Host } from './host.ts'

export interface Images {
  /** Name of the image to the reference that runs, by digest. */
  readonly references: ReadonlyMap<string, string>
  /** Of the source, from the labels of the first image. */
  readonly revision?: string | undefined
  readonly committed?: string | undefined
}

export const REVISION = 'org.opencontainers.image.revision'
export const COMMITTED = 'org.opencontainers.image.created'

/** Pulls where the host says so. Throws a Failure that names the image that is not available. */
export async function resolveImages(
  engine: Engine,
  host: Host,
  names: readonly string[],
  tag: string,
): Promise<Images> {
  const resolved = await Promise.all(names.map((name) => resolveImage(engine, host, `${host.registry}/${name}:${tag}`)))
  const [first] = resolved
  return {
    references: new Map(names.map((name, index) => [name, resolved[index]?.reference ?? ''])),
    revision: first?.revision,
    committed: first?.committed,
  }
}

async function resolveImage(engine: Engine, { pull }: Host, image: string) {
  if (pull)
    await engine.docker(['pull', '--quiet', image]).catch((error) => {
      const disk = /no space left/i.test(messageOf(error))
      const advice = disk
        ? 'The disk of the host is full: `docker system df` there, then `docker image prune`.'
        : 'Was that release built and pushed?'
      throw new Failure(`${image} cannot be pulled: ${messageOf(error)}\n${advice}`)
    })
  const labels = [REVISION, COMMITTED].map((name) => `{{with .Config.Labels}}{{index . "${name}"}}{{end}}`)
  const format = ['{{.Id}}', '{{range .RepoDigests}}{{.}} {{end}}', ...labels].join('\t')
  const found = await engine.try(['image', 'inspect', '--format', format, image])
  if (found === undefined)
    throw new Failure(`The engine has no image ${image}. Build it: \`pnpm images build --tag TAG\`.`)
  const [id = '', digests = '', revision, committed] = found.split('\t')
  const repository = image.slice(0, image.lastIndexOf(':'))
  const digest = digests.split(' ').find((one) => one.startsWith(`${repository}@`))
  return { reference: digest ?? id, revision: revision || undefined, committed: committed || undefined }
}
