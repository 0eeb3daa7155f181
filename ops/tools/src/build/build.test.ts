/**
 * Building the backends with Go: once for each version, and nothing left of a build that fails.
 */
import { randomUUID } from 'node:crypto'
import { cp, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readTool, type Tool } from '../catalog/catalog.ts'
import { buildFolder, type Places } from '../find/find.ts'
import { buildTool, type Progress } from './build.ts'

const fixture = join(import.meta.dirname, '..', '..', 'test', 'hello')
const { signal } = new AbortController()
let folder: string
let places: Places
let tool: Tool

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tools-'))
  await cp(fixture, join(folder, 'hello'), { recursive: true })
  places = { searchPath: '', cache: join(folder, 'cache') }
  // Sources that no build has seen, or Go would have all in its own cache and be done at once.
  for (const name of ['hello', 'bye']) {
    await writeFile(join(folder, 'hello', 'cmd', name, 'new.go'), `package main\n\nconst at = "${randomUUID()}"\n`)
  }
  tool = readTool('hello', join(folder, 'hello'), { release: () => '4.5.6', versionVariable: 'main.version' })
})

afterEach(() => rm(folder, { recursive: true }))

function ignore() {
  return undefined
}

function build(onProgress: (progress: Progress) => void = ignore, stop = signal) {
  return buildTool(tool, { signal: stop, onProgress, places })
}

/** What the cache holds in addition to its lock. */
async function cached(): Promise<string[]> {
  return (await readdir(places.cache)).filter((name) => !name.startsWith('lock'))
}

describe('with Go', { skip: (await execa('go', ['version'], { reject: false })).failed }, () => {
  test('builds every program, stamped with its version, and tells what it does', async () => {
    const steps = new Set<string>()
    await build(({ step }) => steps.add(step))
    const target = await buildFolder(tool, places.cache)
    expect((await execa(join(target, 'hello'))).stderr).toBe('hello, version 4.5.6')
    expect((await execa(join(target, 'bye'))).stderr).toBe('bye, version 4.5.6')
    expect([...steps]).toEqual(['downloading', 'compiling', 'linking'])
  })

  test('what was built is not built again', async () => {
    await build()
    const program = join(await buildFolder(tool, places.cache), 'hello')
    const { mtimeMs } = await stat(program)
    await build()
    expect((await stat(program)).mtimeMs).toBe(mtimeMs)
  })

  test('a build that fails half-way leaves nothing, and says why in the words of the compiler', async () => {
    await writeFile(join(tool.folder, 'cmd', 'bye', 'broken.go'), 'package main\n\nvar broken int = "text"\n')
    await expect(build()).rejects.toThrow(
      /`go build` failed for hello 4\.5\.6:[\s\S]*broken\.go:3:18: cannot use "text"/,
    )
    expect(await cached()).toEqual([])
  })

  test('an interrupted build leaves nothing, and the next one succeeds', async () => {
    const interrupt = new AbortController()
    const building = build(({ step }) => step === 'compiling' && interrupt.abort(), interrupt.signal)
    await expect(building).rejects.toThrow()
    expect(await cached()).toEqual([])
    await build()
    expect(await cached()).toHaveLength(1)
  })

  test('what a killed build left behind is removed by the next one', async () => {
    await cp(fixture, join(places.cache, '.unfinished-hello-4.5.5'), { recursive: true })
    await build()
    expect(await cached()).toHaveLength(1)
  })

  test('two builds at once are one after the other, and the second finds it done', async () => {
    const steps: string[][] = [[], []]
    await Promise.all(steps.map((list) => build(({ step }) => list.push(step))))
    expect(steps.map((list) => list[0]).toSorted()).toEqual(['downloading', 'waiting'])
    expect(steps.find((list) => list[0] === 'waiting')).toEqual(['waiting'])
  })
})

describe('the command', () => {
  const run = (args: readonly string[], path: string) =>
    execa(process.execPath, [join(import.meta.dirname, '..', 'main.ts'), ...args], {
      env: { PATH: path, XDG_CACHE_HOME: folder },
      extendEnv: false,
      reject: false,
      all: true,
    })

  test('without Go it says which version to install, from where, and what would do instead', async () => {
    const { exitCode, stderr } = await run(['prometheus'], '/nowhere')
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(
      /Go 1\.\d+\.\d+ or newer is needed to build prometheus 3\.\d+\.\d+: there is no "go" on PATH/,
    )
    expect(stderr).toContain('https://go.dev/dl/')
    expect(stderr).toContain('prometheus and promtool 3.x')
  })

  test('a name that is no tool is refused, and the known ones are listed', async () => {
    const { exitCode, stderr } = await run(['grafana'], '')
    expect(exitCode).toBe(2)
    expect(stderr).toContain(
      'There is no tool "grafana". Known are prometheus, alertmanager, loki, jaeger, k6, kamal-proxy.',
    )
  })
})
