/**
 * Which program is taken: one on PATH or one that was built.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { toolNamed } from '../catalog/catalog.ts'
import { buildFolder, findTool, type Places } from './find.ts'

const prometheus = toolNamed('prometheus')
let folder: string
let places: Places

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tools-'))
  places = { searchPath: [join(folder, 'empty'), join(folder, 'bin')].join(':'), cache: join(folder, 'cache') }
})

afterEach(() => rm(folder, { recursive: true }))

async function program(path: string, version: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, `#!/bin/sh\necho "$(basename $0), version ${version} (branch: HEAD)"\n`, { mode: 0o755 })
  return path
}

test('nothing on PATH, nothing built', async () => {
  expect(await findTool('promtool', places)).toBeUndefined()
})

test('what was built is found under the version that is pinned', async () => {
  const path = await program(join(await buildFolder(prometheus, places.cache), 'promtool'), 'any')
  expect(await findTool('promtool', places)).toEqual({ path, version: prometheus.version, source: 'built' })
})

test('a program on PATH comes first when its major version is the same', async () => {
  await program(join(await buildFolder(prometheus, places.cache), 'promtool'), 'any')
  const path = await program(join(folder, 'bin', 'promtool'), '3.1.0')
  expect(await findTool('promtool', places)).toEqual({ path, version: '3.1.0', source: 'PATH' })
})

test.for(['2.42.0', 'none at all'])('a program on PATH of version %s is not used', async (version) => {
  await program(join(folder, 'bin', 'promtool'), version)
  expect(await findTool('promtool', places)).toBeUndefined()
})

test('another pin or another way to build is another folder', async () => {
  const other = { ...prometheus, buildArguments: [...prometheus.buildArguments, '-race'] }
  expect(await buildFolder(other, places.cache)).not.toBe(await buildFolder(prometheus, places.cache))
  expect(await buildFolder(toolNamed('k6'), places.cache)).toContain(join(places.cache, 'k6-1.'))
})

test('an unknown name is a mistake of the caller', async () => {
  await expect(findTool('grafana', places)).rejects.toThrow('No tool here has a program "grafana"')
})
