/**
 * Finds a program: one on PATH comes first, so that a machine that has it needs no build; then what `pnpm tools` built.
 */

import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { access, readFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import envPaths from 'env-paths'
import { execa } from 'execa'
import { type Tool, toolOf } from '../catalog/catalog.ts'

export interface FoundTool {
  readonly path: string
  /** What the program calls itself, such as `3.16.0`. */
  readonly version: string
  readonly source: 'PATH' | 'built'
}

/** Where to look, and where builds are kept. */
export interface Places {
  /** Folders in the form of the PATH variable. */
  readonly searchPath: string
  readonly cache: string
}

export function defaultPlaces(): Places {
  return {
    searchPath: process.env.PATH ?? '',
    cache: join(envPaths('observe-kit', { suffix: '' }).cache, 'tools'),
  }
}

/** The program, or undefined where it has to be installed or built first. Throws for a name that no tool has. */
export async function findTool(program: string, places = defaultPlaces()): Promise<FoundTool | undefined> {
  const tool = toolOf(program)
  if (!tool) throw new Error(`No tool here has a program "${program}". Look at the "tool" lines of ops/tools/*/go.mod.`)
  return findProgram(tool, program, places)
}

export async function findProgram(tool: Tool, program: string, places: Places): Promise<FoundTool | undefined> {
  const installed = await findOnPath(program, places.searchPath)
  if (installed && isCompatible(tool, installed.version)) return { ...installed, source: 'PATH' }
  const path = join(await buildFolder(tool, places.cache), programFile(program))
  return (await isExecutable(path)) ? { path, version: tool.version, source: 'built' } : undefined
}

/** What a shell would run, whatever its version. */
export async function findOnPath(
  program: string,
  searchPath: string,
): Promise<{ path: string; version: string } | undefined> {
  for (const folder of searchPath.split(delimiter).filter((name) => name !== '')) {
    const path = join(folder, programFile(program))
    if (await isExecutable(path)) return { path, version: await readVersion(path) }
  }
}

/** Configuration files hold within a major version, so another one is as good as none. */
export function isCompatible(tool: Tool, version: string): boolean {
  return version.split('.')[0] === tool.version.split('.')[0]
}

/** The folder of one build. Whatever changes the binaries changes its name, so that it is never out of date. */
export async function buildFolder(tool: Tool, cache: string): Promise<string> {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${tool.buildArguments.join(' ')}\n`)
  for (const file of ['go.mod', 'go.sum']) hash.update(await readFile(join(tool.folder, file)))
  return join(cache, `${tool.name}-${tool.version}-${hash.digest('hex').slice(0, 8)}`)
}

export async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function programFile(program: string): string {
  return process.platform === 'win32' ? `${program}.exe` : program
}

/** All of them print it for `--version`, in sentences of their own; `unknown` where nothing looks like a version. */
async function readVersion(path: string): Promise<string> {
  const { all } = await execa(path, ['--version'], { all: true, reject: false, stdin: 'ignore', timeout: 5000 })
  return /\d+\.\d+\.\d+[-\w.]*/.exec(all)?.[0] ?? 'unknown'
}
