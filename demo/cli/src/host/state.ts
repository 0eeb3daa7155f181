/**
 * What is running, kept in `.demo/state.json` between two commands. Every process is written here before it begins to
 * run, so that `down` finds it also when the CLI that started it was killed.
 */

import { mkdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import type { ProcessRef } from '../machine/processes.ts'

const processSchema = z.object({
  name: z.string(),
  pid: z.int().positive(),
  started: z.string(),
  /** What it was started from; another value means that it is out of date. */
  fingerprint: z.string(),
  /** How often the keeper has started it again since `up` did. */
  restarts: z.int().nonnegative().default(0),
  /** It ended again and again, and is left alone until the next `up`. */
  givenUp: z.boolean().default(false),
})

const stateSchema = z.object({
  mode: z.literal('host'),
  /** The ports in use, by the variable that moves them. */
  ports: z.record(z.string(), z.int()),
  /** In the order in which they were started. */
  processes: z.array(processSchema),
  /** The process that restarts what ends by itself. */
  keeper: z.object({ pid: z.int().positive(), started: z.string() }).optional(),
})

export type ProcessRecord = z.infer<typeof processSchema>
type State = z.infer<typeof stateSchema>

/** The state file of one `.demo` folder. Only who holds the lock writes. */
export class StateFile {
  readonly path: string
  #state: State = { mode: 'host', ports: {}, processes: [] }

  private constructor(home: string) {
    this.path = stateFileOf(home)
  }

  /** Reads it, and writes nothing; a file that is missing or was damaged by a power cut reads as if nothing ran. */
  static async read(home: string): Promise<StateFile> {
    const file = new StateFile(home)
    const text = await readFile(file.path, 'utf8').catch(() => '')
    file.#state = parse(text) ?? file.#state
    return file
  }

  get ports(): Readonly<Record<string, number>> {
    return this.#state.ports
  }

  get processes(): readonly ProcessRecord[] {
    return this.#state.processes
  }

  get keeper(): ProcessRef | undefined {
    return this.#state.keeper
  }

  find(name: string): ProcessRecord | undefined {
    return this.#state.processes.find((record) => record.name === name)
  }

  async setPorts(ports: Readonly<Record<string, number>>): Promise<void> {
    await this.#write({ ...this.#state, ports: { ...ports } })
  }

  async setKeeper(keeper: ProcessRef): Promise<void> {
    await this.#write({ ...this.#state, keeper: { pid: keeper.pid, started: keeper.started } })
  }

  /** Puts a process in; an earlier one of the same name must have been stopped. */
  async add(record: ProcessRecord): Promise<void> {
    const others = this.#state.processes.filter(({ name }) => name !== record.name)
    await this.#write({ ...this.#state, processes: [...others, record] })
  }

  /**
   * Takes out a process that is gone. On a full disk its record stays in the file, which does no harm: a process is known
   * by its start time, too, so that no other is taken for it.
   */
  async remove({ pid, started }: ProcessRef): Promise<void> {
    const processes = this.#state.processes.filter((record) => record.pid !== pid || record.started !== started)
    await this.#write({ ...this.#state, processes }).catch((error) => {
      if (error.code !== 'ENOSPC') throw error
    })
  }

  /** Forgets everything: nothing runs. */
  async clear(): Promise<void> {
    this.#state = { mode: 'host', ports: {}, processes: [] }
    await rm(this.path, { force: true })
  }

  async #write(state: State): Promise<void> {
    this.#state = state
    await mkdir(dirname(this.path), { recursive: true })
    await writeFileAtomic(this.path, `${JSON.stringify(state, null, 2)}\n`)
  }
}

export function stateFileOf(home: string): string {
  return join(home, 'state.json')
}

function parse(text: string): State | undefined {
  try {
    return stateSchema.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}
