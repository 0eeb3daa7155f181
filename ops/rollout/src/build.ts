/**
 * Builds the images of a release from this checkout, once, for whatever host runs them: the commit is in their labels, and with `push`
 * they carry a list of what is in them (SBOM) and how they were made (provenance).
 */

import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { imageNames, type Parts } from './compose-file.ts'
import { Failure } from './failure.ts'
import type { Host } from './host.ts'
import { COMMITTED, REVISION } from './images.ts'

export interface BuildOptions {
  readonly release: string
  readonly push: boolean
  /** Where to write the digests of what was pushed, as `sha256sum` would. */
  readonly checksums?: string | undefined
  readonly report: (line: string) => void
}

/** Throws a Failure with what the build printed. */
export async function buildImages(
  host: Host,
  parts: Parts,
  { release, push, checksums, report }: BuildOptions,
): Promise<void> {
  const root = dirname(dirname(host.composeFile))
  const git = async (...args: string[]) => (await execa('git', ['-C', root, ...args])).stdout
  const labels = {
    [REVISION]: await git('rev-parse', 'HEAD'),
    [COMMITTED]: await git('show', '--no-patch', '--format=%cI', 'HEAD'),
  }
  const flags = Object.entries(labels).flatMap(([name, value]) => ['--label', `${name}=${value}`])
  const digests: string[] = []
  for (const name of imageNames(parts)) {
    const image = `${host.registry}/${name}`
    const how = push
      ? ['--push', '--sbom=true', '--provenance=mode=max', '--metadata-file', metadataOf(root, name)]
      : ['--load']
    const file = join(root, 'ops/images/Dockerfile')
    const args = ['buildx', 'build', '--file', file, '--build-arg', `SERVICE=${name}`, '--tag', `${image}:${release}`]
    const { failed, all } = await execa('docker', [...args, ...flags, ...how, root], { all: true, reject: false })
    if (failed) throw new Failure(`${image}:${release} was not built:\n${all}`)
    const digest = push ? await digestIn(metadataOf(root, name)) : undefined
    if (digest) digests.push(`${digest.replace('sha256:', '')}  ${image}`)
    report(`${image}:${release}${digest ? `@${digest}` : ''}`)
  }
  if (checksums) await writeFile(checksums, `${digests.join('\n')}\n`)
}

function metadataOf(root: string, name: string): string {
  return join(root, 'node_modules', `.${name}-image.json`)
}

async function digestIn(file: string): Promise<string> {
  const { default: metadata } = await import(file, { with: { type: 'json' } })
  return metadata['containerimage.digest']
}
