/**
 * What a packed package must contain, what it must not, and the notes of a version.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { checkPacked, notesOf } from './packed.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'packed-'))
  onTestFinished(() => rm(folder, { recursive: true }))
})

const MANIFEST = {
  name: '@lab/thing',
  version: '1.0.0',
  description: 'A thing.',
  license: 'Apache-2.0',
  type: 'module',
  engines: { node: '>=22' },
  files: ['dist'],
  exports: { '.': { import: './dist/index.js' } },
  bin: { thing: './dist/cli.js' },
  repository: { type: 'git', url: 'git+https://example.com/thing.git' },
  homepage: 'https://example.com/thing',
  bugs: 'https://example.com/thing/issues',
}
const FILES = ['README.md', 'LICENSE', 'CHANGELOG.md', 'dist/index.js', 'dist/cli.js']

/** Packs the files with this manifest, as npm does: below `package/`. */
async function pack(files: readonly string[], manifest: object): Promise<void> {
  const content = join(folder, 'content')
  await write(join(content, 'package/package.json'), JSON.stringify(manifest))
  for (const name of files) await write(join(content, 'package', name), '')
  await execa('tar', ['-czf', join(folder, 'thing-1.0.0.tgz'), '-C', content, 'package'])
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
}

test('a complete package has no fault', async () => {
  await pack(FILES, MANIFEST)
  expect(await checkPacked(folder)).toEqual([])
})

test('what is missing and what must not be there is named', async () => {
  const { repository, ...manifest } = MANIFEST
  const files = FILES.filter((name) => name !== 'LICENSE' && name !== 'dist/cli.js')
  await pack([...files, 'src/index.test.ts', '.env'], {
    ...manifest,
    dependencies: { '@lab/kit': 'workspace:*', pino: 'catalog:', undici: '8.13.1' },
  })
  expect(await checkPacked(folder)).toEqual([
    '@lab/thing: LICENSE is not in the package',
    '@lab/thing: dist/cli.js is not in the package',
    '@lab/thing: .env must not be in the package; see "files"',
    '@lab/thing: src/index.test.ts must not be in the package; see "files"',
    '@lab/thing: "repository" is missing in package.json',
    '@lab/thing: @lab/kit is "workspace:*" in package.json, which only this repository resolves',
    '@lab/thing: pino is "catalog:" in package.json, which only this repository resolves',
  ])
})

test('a folder without packages is an error, not a success', async () => {
  await expect(checkPacked(folder)).rejects.toThrow(`There is no packed package below ${folder}. Pack first.`)
})

test('the notes are the section of the version, and a version without one is an error', async () => {
  const changelog = join(folder, 'CHANGELOG.md')
  await writeFile(changelog, '# @lab/thing\n\n## 1.1.0\n\n### Minor Changes\n\n- More.\n\n## 1.0.0\n\nFirst.\n')
  expect(await notesOf(changelog, '1.1.0')).toBe('### Minor Changes\n\n- More.')
  expect(await notesOf(changelog, '1.0.0')).toBe('First.')
  await expect(notesOf(changelog, '1.2.0')).rejects.toThrow('has no section "## 1.2.0"')
})
