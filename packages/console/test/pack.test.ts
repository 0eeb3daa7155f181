/**
 * The package as it is published: packed, small, with few dependencies, and started by npx in an empty folder.
 */

import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, statSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { ask, newFolder, send } from './running-console.ts'
import { journey, requestsOf } from './shop.ts'

const run = promisify(execFile)
const source = fileURLToPath(new URL('..', import.meta.url))
const MEGABYTE = 1_000_000

async function pack(): Promise<{ tarball: string; unpacked: number }> {
  const folder = newFolder()
  await run('pnpm', ['pack', '--pack-destination', folder], { cwd: source })
  const tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? 'no tarball')
  await run('tar', ['-xzf', tarball, '-C', folder])
  const files = readdirSync(join(folder, 'package'), { recursive: true, withFileTypes: true })
  const sizes = files.filter((entry) => entry.isFile()).map((file) => statSync(join(file.parentPath, file.name)).size)
  return { tarball, unpacked: sizes.reduce((sum, size) => sum + size, 0) }
}

test('it is under 3 MB, unpacked too, and brings at most 12 dependencies', async () => {
  const { tarball, unpacked } = await pack()
  const packed = statSync(tarball).size
  process.stdout.write(`@lab/observe-console: ${packed} bytes packed, ${unpacked} unpacked\n`)
  expect(packed).toBeGreaterThan(100_000)
  expect(unpacked).toBeLessThan(3 * MEGABYTE)
  expect(Object.keys(manifest.dependencies).length).toBeLessThanOrEqual(12)
  expect(manifest).not.toHaveProperty('optionalDependencies')
})

test('npx starts it in an empty folder: it takes spans, shows the page, and leaves in order', async () => {
  const { tarball } = await pack()
  const folder = newFolder()
  // The Node.js that the tests run on, for npx and for what it starts.
  const env = { ...process.env, PATH: [dirname(process.execPath), process.env.PATH].join(delimiter) }
  const flags = ['--port', '0', '--otlp-port', '0', '--no-grpc-port', '--data', join(folder, 'data')]
  const command = ['--yes', '--prefer-offline', '--package', tarball, 'observe-console', ...flags]
  const child = spawn('npx', command, { cwd: folder, env, detached: true })
  // npx starts the console through a shell, so the signal goes to the whole group.
  const signal = (name: NodeJS.Signals) => process.kill(-(child.pid ?? 0), name)
  const exited = once(child, 'exit')
  onTestFinished(() => {
    if (child.exitCode === null && child.signalCode === null) signal('SIGKILL')
  })
  let said = ''
  child.stderr.on('data', (chunk) => (said += chunk))
  for await (const chunk of child.stdout) {
    said += chunk
    if (said.includes('Data ')) break
  }
  const [, url = '', otlpUrl = ''] = /Console\s+(\S+)[\s\S]*OTLP\s+(\S+)/.exec(said) ?? []
  expect(url, said).toMatch(/^http:/)

  const page = await (await fetch(url)).text()
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(page)?.[1]
  expect((await fetch(url + script)).headers.get('content-type')).toMatch('javascript')
  const { traces } = requestsOf([journey({ at: Date.now() - 1000, luck: 0.1 })])
  expect((await send(otlpUrl, 'traces', traces)).status).toBe(200)
  expect((await ask(url, '/api/traces', {})).traces).toHaveLength(1)
  expect(readdirSync(folder)).toEqual(['data'])
  signal('SIGTERM')
  await exited
  await expect.poll(() => readdirSync(join(folder, 'data'))).not.toContain('console.json')
})
