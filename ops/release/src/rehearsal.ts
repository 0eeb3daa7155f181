/**
 * A whole release against a registry on this machine, by the commands that release.yml runs: version, pack, publish by the plan,
 * install in an empty project and run. The first publish is cut off in the middle and resumed by a new plan, which is what
 * running the workflow again does; a second release follows, and deprecates the first.
 */

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { copyRepository } from './copy.ts'
import { checkPacked, notesOf } from './packed.ts'
import { type Package, publishedPackages } from './published.ts'
import { type Registry, startRegistry } from './registry.ts'
import { writeRepository } from './repository.ts'
import { tryPackages } from './try-packages.ts'

/** Of a domain that is reserved, so that it leads to no page. */
const ADDRESS = 'https://example.invalid/observe-kit'
const LIBRARY = '@lab/observe'
/** Cut off in the middle of the first publish. */
const INTERRUPTED = '@lab/observe-mixin'
const SECOND = `---
'${LIBRARY}': patch
---

A second release, for the rehearsal.
`

/** Runs all of it in a temporary folder. `report` gets a line for each finished step. Throws at the first that fails. */
export async function rehearse(root: string, report: (line: string) => void): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'release-'))
  const registry = await startRegistry(folder)
  try {
    const copy = join(folder, 'repository')
    const release = new Rehearsal(copy, registry, report)
    await release.step('copy, install', async () => {
      await copyRepository(root, copy)
      await release.pnpm('install', '--frozen-lockfile', '--prefer-offline')
      await registry.useIn(copy)
    })
    const first = await release.prepare('first')
    await release.interrupted()
    await release.installs('first', join(folder, 'first-project'), first)

    await writeFile(join(copy, '.changeset/second.md'), SECOND)
    const second = await release.prepare('second')
    await release.step('second release: publish', () => release.publish('second'))
    await release.deprecates(versionOf(first), versionOf(second))
    await release.installs('second', join(folder, 'second-project'), second)
  } finally {
    await registry.close()
    await rm(folder, { recursive: true, force: true })
  }
}

class Rehearsal {
  readonly #copy: string
  readonly #registry: Registry
  readonly #report: (line: string) => void

  constructor(copy: string, registry: Registry, report: (line: string) => void) {
    this.#copy = copy
    this.#registry = registry
    this.#report = report
  }

  async step<T>(name: string, run: () => Promise<T>): Promise<T> {
    const begin = performance.now()
    const result = await run()
    this.#report(`${((performance.now() - begin) / 1000).toFixed(1).padStart(6)} s  ${name}`)
    return result
  }

  /** Versions, builds and packs, and checks what was packed. Gives the packages with their new versions. */
  async prepare(name: string): Promise<Package[]> {
    await this.step(`${name} release: version, build`, async () => {
      await this.pnpm('run', 'version')
      await this.#git('add', '--all', ':!.npmrc')
      await this.#git('commit', '--quiet', '--message', `release: ${name}`)
      await this.pnpm('--filter', './packages/*', 'run', 'build')
    })
    const packages = await publishedPackages(this.#copy)
    await this.step(`${name} release: pack, check`, async () => {
      await writeRepository(this.#copy, ADDRESS)
      await this.#pack(name)
      const faults = await checkPacked(join(this.#copy, `${name}-packed`))
      if (faults.length > 0) throw new Error(`What was packed must not be published:\n  ${faults.join('\n  ')}`)
      const changelog = join(this.#copy, 'packages/observe/CHANGELOG.md')
      if ((await notesOf(changelog, versionOf(packages))) === '') throw new Error(`${changelog} has no notes.`)
    })
    return packages
  }

  async publish(name: string): Promise<void> {
    await this.#changeset('publish', '--from-pack-dir', `${name}-packed`)
  }

  /** One of three publishes loses its connection: the command must fail, and a new plan must hold that package alone. */
  async interrupted(): Promise<void> {
    await this.step('first release: publish, cut off in the middle', async () => {
      this.#registry.cutNextPublish(INTERRUPTED)
      const { exitCode } = await this.#tryPublish('first')
      if (exitCode === 0) throw new Error('A publish that was cut off ended with code 0.')
      await this.#expectPublished(INTERRUPTED, false)
      await this.#expectPublished(LIBRARY, true)
    })
    await this.step('first release: a new plan completes it', async () => {
      await this.#pack('resumed')
      const plan = await readFile(join(this.#copy, 'resumed-plan.json'), 'utf8')
      const names = [...plan.matchAll(/"name": *"(@lab\/[^"]+)"/g)].map(([, name]) => name)
      if (names.join() !== INTERRUPTED) throw new Error(`The plan after the cut is for ${names.join(', ')}.`)
      await this.publish('resumed')
      await this.#expectPublished(INTERRUPTED, true)
    })
  }

  async deprecates(version: string, successor: string): Promise<void> {
    await this.step('second release: deprecates the first', async () => {
      const message = `Use ${successor}.`
      await execa('npm', ['deprecate', `${LIBRARY}@${version}`, message], { cwd: this.#copy })
      const { versions = {}, 'dist-tags': tags = {} } = await this.#registry.describe(LIBRARY)
      if (versions[version]?.deprecated !== message) throw new Error(`${LIBRARY} ${version} is not deprecated.`)
      if (versions[successor]?.deprecated) throw new Error(`${LIBRARY} ${successor} is deprecated, too.`)
      if (tags.latest !== successor) throw new Error(`"latest" is ${tags.latest}, not ${successor}.`)
    })
  }

  async installs(name: string, project: string, packages: readonly Package[]): Promise<void> {
    await this.step(`${name} release: install in an empty project, run`, async () => {
      await mkdir(project)
      await this.#registry.useIn(project)
      await tryPackages(project, packages)
    })
  }

  async pnpm(...args: string[]): Promise<void> {
    await execa('pnpm', args, { cwd: this.#copy })
  }

  async #pack(name: string): Promise<void> {
    await this.#changeset('publish-plan', '--output', `${name}-plan.json`)
    await this.#changeset('pack', '--from-publish-plan', `${name}-plan.json`, '--out-dir', `${name}-packed`)
  }

  async #changeset(...args: string[]): Promise<void> {
    await this.pnpm('exec', 'changeset', ...args)
  }

  async #tryPublish(name: string) {
    return execa('pnpm', ['exec', 'changeset', 'publish', '--from-pack-dir', `${name}-packed`], {
      cwd: this.#copy,
      reject: false,
    })
  }

  async #git(...args: string[]): Promise<void> {
    await execa('git', args, { cwd: this.#copy })
  }

  async #expectPublished(name: string, published: boolean): Promise<void> {
    const { versions = {} } = await this.#registry.describe(name)
    const found = Object.keys(versions).length > 0
    if (found !== published) throw new Error(`${name} is ${found ? '' : 'not '}in the registry after the publish.`)
  }
}

function versionOf(packages: readonly Package[]): string {
  const library = packages.find(({ name }) => name === LIBRARY)
  if (!library) throw new Error(`${LIBRARY} is not among the published packages.`)
  return library.version
}
