/**
 * The package as it is published: packed, installed into a project outside the workspace, and used as ES module, as
 * CommonJS, as both at once and from TypeScript.
 */

import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { frameworks } from '../../frameworks/frameworks.ts'
import manifest from '../../package.json' with { type: 'json' }
import { type Consumer, complaints, createConsumer, link, node } from './consumer.ts'

// Installing and compiling take what the machine gives them.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

let consumer: Consumer

beforeAll(async () => {
  consumer = await createConsumer()
  // All other adapters load without their framework.
  link(consumer, 'hono', '@nestjs/common')
})

afterAll(() => consumer?.remove())

test('few and small packages come with it', () => {
  const { packages, bytes } = consumer.footprint
  console.log(`@lab/observe installs ${packages} packages, ${(bytes / 1e6).toFixed(1)} MB`)
  expect(packages).toBeLessThanOrEqual(30)
  const page = readFileSync(new URL('../../docs/security.md', import.meta.url), 'utf8')
  const direct = Object.keys(manifest.dependencies).length
  expect(page).toContain(`- ${direct} direct dependencies, some ${Math.round(packages / 10) * 10} packages in all`)
  expect(bytes).toBeLessThanOrEqual(25e6)
})

test('none of them runs a script at installation', () => {
  const store = join(consumer.folder, 'node_modules/.pnpm')
  const manifests = readdirSync(store, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /^[^/]+\/node_modules\/(?:@[^/]+\/)?[^/]+\/package\.json$/.test(path),
  )
  expect(manifests.length).toBeGreaterThan(10)
  for (const path of manifests) {
    const { name, scripts = {} } = JSON.parse(readFileSync(join(store, path), 'utf8'))
    expect(
      Object.keys(scripts).filter((script) => /^(?:pre|post)?install$/.test(script)),
      name,
    ).toEqual([])
  }
})

test('the library has nothing of the doctor', () => {
  const dist = join(consumer.folder, 'node_modules', manifest.name, 'dist')
  const withDoctor = readdirSync(dist).filter((name) =>
    readFileSync(join(dist, name), 'utf8').includes('observe doctor'),
  )
  expect(withDoctor).toEqual(['cli.js'])
})

test('CommonJS has the syntax of the source, since what stands for it costs each request', () => {
  const dist = join(consumer.folder, 'node_modules', manifest.name, 'dist')
  const lowered = readdirSync(dist).filter((name) =>
    /_optionalChain|_nullishCoalesce/.test(readFileSync(join(dist, name), 'utf8')),
  )
  expect(lowered).toEqual([])
})

/** What the library stands on, and a service without it would import as well. */
const FOUNDATION = ['@opentelemetry/api', '@opentelemetry/core', 'pino']

test('importing it costs little more than what it stands on', async () => {
  link(consumer, ...FOUNDATION)
  const cost = async (names: string[], count: string): Promise<{ files: number; bytes: number; cpuMs: number }> =>
    JSON.parse((await node(consumer, { COUNT: count }, 'import-cost.mjs', ...names)).stdout)
  const own = await cost([manifest.name], '1')
  const foundation = await cost(FOUNDATION, '1')
  // Other work on the machine only ever adds, so the least of several rounds is what it takes. A busy machine gets more of them.
  const cpu = { own: Number.POSITIVE_INFINITY, foundation: Number.POSITIVE_INFINITY }
  for (let round = 1; round <= 5 || (cpu.own > cpu.foundation * 2 && round <= 25); round += 1) {
    cpu.own = Math.min(cpu.own, (await cost([manifest.name], '')).cpuMs)
    cpu.foundation = Math.min(cpu.foundation, (await cost(FOUNDATION, '')).cpuMs)
  }
  console.log(
    `import '@lab/observe': ${own.files} files, ${own.bytes} bytes, ${cpu.own.toFixed(0)} ms of CPU; ` +
      `what it stands on: ${foundation.files} files, ${foundation.bytes} bytes, ${cpu.foundation.toFixed(0)} ms`,
  )
  expect(own.files).toBeLessThanOrEqual(foundation.files + 15)
  expect(own.bytes).toBeLessThanOrEqual(foundation.bytes + 350_000)
  expect(cpu.own).toBeLessThanOrEqual(cpu.foundation * 2)
})

describe.each(['esm.mjs', 'commonjs.cjs', 'both.mjs'])('a service in %s', (program) => {
  let lines: Record<string, unknown>[]
  let exposition: string

  beforeAll(async () => {
    const { stdout, stderr } = await node(consumer, {}, program)
    lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    exposition = stderr
  })

  test('measures the request', () => {
    expect(exposition).toMatch(/^http_server_request_duration_seconds_count\{.*http_route="\/greetings\/:name".*\} 1$/m)
  })

  test('writes one log line for it', () => {
    const requests = lines.filter((line) => line.route === '/greetings/:name')
    expect(requests).toMatchObject([{ level: 'info', service: 'consumer', status: 200 }])
  })

  if (program === 'both.mjs') {
    test('refuses a second observe() of the other half', () => {
      const messages = lines.map((line) => line.msg)
      expect(messages).toContainEqual(expect.stringMatching(/called twice; first in .*both\.mjs:\d+/))
    })
  }
})

const subpaths = Object.keys(manifest.exports).filter((subpath) => subpath !== './package.json')

test.each(subpaths)('%s gives the same as ES module and as CommonJS', async (subpath) => {
  const specifier = JSON.stringify(join(manifest.name, subpath))
  const names = (library: string) => `process.stdout.write(Object.keys(${library}).sort().join()); process.exit()`
  const asModule = await node(consumer, {}, '--input-type=module', '--eval', names(`await import(${specifier})`))
  const asCommonJs = await node(consumer, {}, '--input-type=commonjs', '--eval', names(`require(${specifier})`))
  expect(asModule.stdout).not.toBe('')
  expect(asCommonJs.stdout).toBe(asModule.stdout)
})

test('publint finds nothing', async () => {
  expect(await complaints(consumer, 'publint', '--strict', consumer.tarball)).toBe('')
})

// Below Node.js 12 there was no `exports`, which is what the other profiles go on about.
test('the types are right', async () => {
  expect(await complaints(consumer, 'attw', '--profile=node16', consumer.tarball)).toBe('')
})

test('no type of the SDK is public', () => {
  const dist = join(consumer.folder, 'node_modules', manifest.name, 'dist')
  const declarations = readdirSync(dist).filter((name) => /\.d\.c?ts$/.test(name))
  const imports = declarations.flatMap(
    (name) => readFileSync(join(dist, name), 'utf8').match(/(?<=from ')[^.'].*(?=')/g) ?? [],
  )
  expect(imports).toContain('@opentelemetry/api')
  expect(imports.filter((name) => /^@opentelemetry\/(?!api$)/.test(name))).toEqual([])
})

describe('TypeScript checks every declaration file', () => {
  beforeAll(() => {
    const typed = frameworks.flatMap((framework) => framework.typed ?? [])
    link(consumer, ...new Set(typed.flatMap(({ packages = [] }) => packages)), 'pg', '@types/pg')
    const imports = ["import { observe } from '@lab/observe'", ...typed.flatMap((each) => each.imports)]
    const lines = ["const obs = observe({ service: 'frameworks' })", ...typed.map(({ use }) => use)]
    writeFileSync(join(consumer.folder, 'frameworks.mts'), [...imports, ...lines].join('\n'))
    for (const name of ['typed', 'frameworks']) {
      copyFileSync(join(consumer.folder, `${name}.mts`), join(consumer.folder, `${name}.cts`))
    }
  })

  test.each([
    { module: 'nodenext', moduleResolution: 'nodenext', files: ['typed.mts', 'typed.cts'] },
    { module: 'nodenext', moduleResolution: 'nodenext', files: ['frameworks.mts', 'frameworks.cts'] },
    { module: 'esnext', moduleResolution: 'bundler', files: ['typed.mts'] },
    { module: 'commonjs', moduleResolution: 'bundler', files: ['typed.cts'] },
    { module: 'commonjs', moduleResolution: 'node10', ignoreDeprecations: '6.0', files: ['typed.cts'] },
  ])('$files, module $module, resolution $moduleResolution', async ({ files, ...how }) => {
    const config = join(consumer.folder, `tsconfig.${files[0]}.${how.module}.json`)
    const strict = { strict: true, skipLibCheck: false, noEmit: true, target: 'es2023', types: ['node'] }
    writeFileSync(config, JSON.stringify({ compilerOptions: { ...how, ...strict }, files }))
    expect(await complaints(consumer, 'tsc', '-p', config)).toBe('')
  })
})
