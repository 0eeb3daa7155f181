/**
 * Building a small workspace with the real pnpm, and only what has to be built.
 */

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createBuild } from './build.ts'

let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'demo-build-'))
  await write('package.json', '{"private":true}')
  await write('pnpm-workspace.yaml', 'packages: [packages/*, demo/*]\n')
  await addPackage('packages/observe', '@lab/observe', 'cp -R src dist')
  await addPackage('demo/gateway', '@demo/gateway', 'cp -R src dist')
  await write('demo/plain/package.json', '{"name":"@demo/plain"}')
})

afterEach(() => rm(root, { recursive: true, force: true }))

async function write(path: string, text: string): Promise<void> {
  await mkdir(join(root, path, '..'), { recursive: true })
  await writeFile(join(root, path), text)
}

async function addPackage(folder: string, name: string, build: string): Promise<void> {
  await write(`${folder}/package.json`, JSON.stringify({ name, scripts: { build: `rm -rf dist && ${build}` } }))
  await write(`${folder}/src/main.js`, '1')
}

const { signal } = new AbortController()

test('builds what is not built, what has changed, and nothing else', async () => {
  const build = createBuild(root, join(root, '.demo'))
  expect(await build.outdated()).toEqual(['@demo/gateway', '@lab/observe'])
  await build.run(await build.outdated(), signal)
  expect(await build.outdated()).toEqual([])
  const stamp = await build.stamp()

  await write('demo/gateway/src/main.test.js', 'also a source')
  await write('demo/gateway/src/main.test.ts', 'a test goes into no build')
  await write('demo/gateway/src/main.js', '2')
  expect(await build.outdated()).toEqual(['@demo/gateway'])
  expect(await build.stamp()).not.toBe(stamp)
  await build.run(['@demo/gateway'], signal)
  expect(await readFile(join(root, 'demo/gateway/dist/main.js'), 'utf8')).toBe('2')

  await rm(join(root, 'packages/observe/dist'), { recursive: true })
  expect(await build.outdated()).toEqual(['@lab/observe'])
})

test('a failed build says what the compiler said, and is tried again', async () => {
  await addPackage('demo/gateway', '@demo/gateway', 'echo "main.ts:1 is wrong" && exit 7')
  const build = createBuild(root, join(root, '.demo'))
  await expect(build.run(['@demo/gateway'], signal)).rejects.toThrow(/The build failed.*main\.ts:1 is wrong/s)
  expect(await build.outdated()).toContain('@demo/gateway')
})

test('a failed build is not taken for the one before it once the sources are back', async () => {
  const build = createBuild(root, join(root, '.demo'))
  await build.run(await build.outdated(), signal)
  await addPackage('demo/gateway', '@demo/gateway', 'mkdir dist && echo half > dist/main.js && exit 7')
  await expect(build.run(['@demo/gateway'], signal)).rejects.toThrow('The build failed.')
  await addPackage('demo/gateway', '@demo/gateway', 'cp -R src dist')
  expect(await build.outdated()).toEqual(['@demo/gateway'])
})

test('what another program built from other sources is built again', async () => {
  const build = createBuild(root, join(root, '.demo'))
  await build.run(await build.outdated(), signal)
  await write('demo/gateway/dist/main.js', 'of another branch')
  expect(await build.outdated()).toEqual(['@demo/gateway'])
})
