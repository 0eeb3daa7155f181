/**
 * The folder of a run: made before the load begins, so that a disk that is full or not writable is known then, and filled after it.
 */
import { mkdir, readdir, readFile, statfs, writeFile } from 'node:fs/promises'
import { isAbsolute, join, resolve } from 'node:path'
import type { z } from 'zod'
import {
  type Client,
  clientShape,
  type Requests,
  type Run,
  requestsShape,
  runShape,
  type Server,
  serverShape,
} from './record.ts'

/** Where runs are kept. */
export const RUNS = join(import.meta.dirname, '../../runs')

/** Room that a run may take on the disk, in bytes: k6's samples of half an hour are some 60 MB. */
const ROOM = 200e6

export interface Record {
  run: Run
  client: Client
  server: Server
  requests: Requests
}

/** A run with the folder that it was read from. */
export interface KeptRun extends Record {
  folder: string
}

/** Makes the folder of a run. Throws where the disk has no room for it. */
export async function makeFolder(id: string, parent = RUNS, room = ROOM): Promise<string> {
  await mkdir(parent, { recursive: true })
  const { bavail, bsize } = await statfs(parent)
  if (bavail * bsize < room) {
    const free = Math.round((bavail * bsize) / 1e6)
    throw new Error(
      `The disk of ${parent} has ${free} MB left, and a run may need ${room / 1e6} MB. Make room, then try again.`,
    )
  }
  const folder = join(parent, id)
  await mkdir(folder)
  return folder
}

export async function writeRecord(folder: string, record: Record): Promise<void> {
  for (const [name, content] of Object.entries(record)) {
    await writeFile(join(folder, `${name}.json`), `${JSON.stringify(content, undefined, name === 'run' ? 2 : 0)}\n`)
  }
}

/** Reads a run by its id, or by the path of its folder. Throws with what is wrong where it is not there or not whole. */
export async function readRun(name: string, parent = RUNS): Promise<KeptRun> {
  const folder = isAbsolute(name) || name.includes('/') ? resolve(name) : join(parent, name)
  return {
    folder,
    run: await readPart(folder, 'run', runShape),
    client: await readPart(folder, 'client', clientShape),
    server: await readPart(folder, 'server', serverShape),
    requests: await readPart(folder, 'requests', requestsShape),
  }
}

/** Ids of the runs that were kept whole, oldest first. */
export async function runIds(parent = RUNS): Promise<string[]> {
  const names = await readdir(parent).catch(() => [])
  const whole = await Promise.all(
    names.map(async (name) => ((await exists(join(parent, name, 'run.json'))) ? [name] : [])),
  )
  return whole.flat().sort()
}

async function readPart<Shape extends z.ZodType>(folder: string, part: string, shape: Shape): Promise<z.output<Shape>> {
  const path = join(folder, `${part}.json`)
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Error(`There is no run in ${folder}: ${part}.json is missing. \`pnpm bench k6\` makes one.`, { cause })
  })
  const result = shape.safeParse(parse(text))
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new Error(`${path} is not from this version of the benchmarks: ${issue?.path.join('.')}: ${issue?.message}.`)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function exists(path: string): Promise<boolean> {
  return readFile(path).then(
    () => true,
    () => false,
  )
}
