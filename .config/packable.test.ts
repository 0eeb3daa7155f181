/**
 * Which packages may be packed: built ones, whose manifests name no private package.
 */
import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const script = join(import.meta.dirname, 'packable.ts')

test('a package that is not built is not packed, and says what to run', async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'packable-'))
  onTestFinished(() => rm(cwd, { recursive: true }))
  const manifest = {
    name: '@lab/thing',
    exports: { '.': { import: './dist/index.js' }, './package.json': './package.json' },
  }
  await writeFile(join(cwd, 'package.json'), JSON.stringify(manifest))
  const check = () => spawnSync(process.execPath, [script], { cwd, encoding: 'utf8' })
  const unbuilt = check()
  expect(unbuilt.status).toBe(1)
  expect(unbuilt.stderr).toBe(
    '@lab/thing is not built: ./dist/index.js is missing. Run `pnpm --filter @lab/thing run build`, then pack it again.\n',
  )
  await mkdir(join(cwd, 'dist'))
  await writeFile(join(cwd, 'dist', 'index.js'), '')
  expect(check()).toMatchObject({ status: 0, stderr: '' })
})

test('a manifest that names a private package is not packed', async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'packable-'))
  onTestFinished(() => rm(cwd, { recursive: true }))
  await mkdir(join(cwd, 'node_modules/@lab/kit'), { recursive: true })
  const write = (path: string, content: object) => writeFile(join(cwd, path), JSON.stringify(content))
  await write('package.json', { name: '@lab/thing', exports: {}, devDependencies: { '@lab/kit': 'workspace:*' } })
  await write('node_modules/@lab/kit/package.json', { name: '@lab/kit', private: true })
  const check = () => spawnSync(process.execPath, [script], { cwd, encoding: 'utf8' })
  const refused = check()
  expect(refused.status).toBe(1)
  expect(refused.stderr).toBe(
    '@lab/thing is published and names @lab/kit, which is private. Let the root depend on it, as on @lab/test-kit.\n',
  )
  await write('node_modules/@lab/kit/package.json', { name: '@lab/kit' })
  expect(check()).toMatchObject({ status: 0, stderr: '' })
})
