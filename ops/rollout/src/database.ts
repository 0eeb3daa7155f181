/**
 * The database of the platform: a dump before each roll-out, since a migration is the one step that no switch takes back, and the way to
 * put it back.
 */

import { join } from 'node:path'
import type { Parts } from './compose-file.ts'
import type { Engine } from './engine.ts'
import { Failure, messageOf } from './failure.ts'
import { Front } from './front.ts'
import type { Host } from './host.ts'
import { inFolder } from './in-folder.ts'
import { platformOf } from './names.ts'
import type { State } from './state.ts'

/** Gives the name of the backup; undefined on a host whose Compose file has no database. */
export async function backUp(
  engine: Engine,
  host: Host,
  parts: Parts,
  state: State,
  release: string,
): Promise<string | undefined> {
  const { service, dump } = host.database
  if (!parts.platform[service]) return undefined
  const container = await requireDatabase(engine, host)
  return inFolder(async (folder) => {
    const name = `${new Date().toISOString().replaceAll(/[:.]/g, '-')}-before-${release}`
    await engine.pipe(['exec', container, ...dump], 'to', join(folder, 'dump'))
    await state.storeBackup(join(folder, 'dump'), name)
    return name
  })
}

/**
 * All or nothing: the restore is one transaction. Requests are answered with 503 meanwhile, since a write between the old and the new
 * data would be lost. Throws a Failure where the data stayed as it was.
 */
export async function restore(engine: Engine, host: Host, state: State, backup: string): Promise<void> {
  const container = await requireDatabase(engine, host)
  const front = new Front(engine, host)
  await inFolder(async (folder) => {
    const file = join(folder, 'dump')
    if (!(await state.fetchBackup(backup, file)))
      throw new Failure(`There is no backup "${backup}" on host "${host.name}"; \`rollout history\` names them.`)
    await front.closeWith('The shop is closed for some minutes.')
    try {
      await engine.pipe(['exec', '--interactive', container, ...host.database.restore], 'from', file)
    } catch (error) {
      throw new Failure(`${backup} was not restored, and the data is as it was: ${messageOf(error)}`, { cause: error })
    } finally {
      await front.open()
    }
  })
}

async function requireDatabase(engine: Engine, host: Host): Promise<string> {
  const { service } = host.database
  const labels = [`com.docker.compose.project=${platformOf(host)}`, `com.docker.compose.service=${service}`]
  const found = await engine.docker(['ps', '--quiet', ...labels.flatMap((label) => ['--filter', `label=${label}`])])
  const [container] = found.split('\n')
  if (!container) throw new Failure(`${service} does not run on host "${host.name}". Start it: \`rollout platform\`.`)
  return container
}
