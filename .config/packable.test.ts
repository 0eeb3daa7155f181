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
