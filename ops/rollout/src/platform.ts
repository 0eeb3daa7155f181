/**
 * Brings the platform of a host up: configuration into its volumes, then proxy, database and backends. What runs already is left alone.
 */

import type { Parts } from './compose-file.ts'
import type { Engine } from './engine.ts'
import { Failure, messageOf } from './failure.ts'
import type { Host } from './host.ts'
import { platformFile } from './platform-file.ts'
import { Releases } from './releases.ts'
import { State } from './state.ts'

/** `recreate`: containers whose description changed are made again, an outage of some seconds for the proxy. */
export async function preparePlatform(engine: Engine, host: Host, parts: Parts, recreate: boolean): Promise<State> {
  await requireSecrets(engine, host, parts)
  const { file, folders } = await platformFile(host, parts)
  const state = await State.open(
    engine,
    host,
    folders.map(({ volume }) => volume),
  )
  for (const { folder, volume } of folders) await state.configure(folder, volume)
  const flags = recreate ? [] : ['--no-recreate']
  try {
    await new Releases(engine, host).compose(JSON.stringify(file), [
      'up',
      '--detach',
      '--wait',
      '--wait-timeout',
      `${host.start}`,
      ...flags,
    ])
  } catch (error) {
    throw new Failure(
      `The platform of host "${host.name}" does not start: ${messageOf(error)}\nNo release was changed.`,
      { cause: error },
    )
  }
  return state
}

/** Creating a container with the file mounted fails where it is missing, and starts nothing. */
async function requireSecrets(engine: Engine, host: Host, { secrets }: Parts): Promise<void> {
  for (const secret of secrets) {
    const source = `${host.secrets}/${secret}`
    const created = await engine
      .docker(['create', '--mount', `type=bind,source=${source},target=/secret,readonly`, host.proxy, 'kamal-proxy'])
      .catch((error) => {
        if (!/bind source path does not exist/.test(messageOf(error))) throw error
        throw new Failure(
          `The secret ${source} is not on the host. Nothing was changed. Create the file there, readable for the containers' users, then run the command again.`,
        )
      })
    await engine.docker(['rm', created])
  }
}
