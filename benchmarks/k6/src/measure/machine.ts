/**
 * What a run ran on: the machine, without its name, the commit, and the versions of the programs.
 */
import { createHash } from 'node:crypto'
import { cpus, hostname, release, totalmem, type } from 'node:os'
import { execa } from 'execa'
import type { Run } from '../record/record.ts'

export function machine(): Run['machine'] {
  const list = cpus()
  const cpu = list[0]?.model.trim() || 'unknown'
  const gigabytes = Math.round(totalmem() / 1e9)
  const system = `${type()} ${release()}`
  const identity = [hostname(), cpu, list.length, gigabytes].join('\n')
  const fingerprint = createHash('sha256').update(identity).digest('hex').slice(0, 12)
  return { cpu, cores: list.length, gigabytes, system, fingerprint }
}

/** The commit of the working copy, and whether there are changes on top of it; nulls outside of Git. */
export async function commit(): Promise<Pick<Run, 'commit' | 'changed'>> {
  const git = async (...arguments_: string[]) => execa('git', arguments_, { cwd: import.meta.dirname, reject: false })
  const { exitCode, stdout } = await git('rev-parse', '--short=12', 'HEAD')
  if (exitCode !== 0) return { commit: null, changed: null }
  const status = await git('status', '--porcelain', '--untracked-files=no')
  return { commit: stdout.trim(), changed: status.stdout.trim() !== '' }
}
