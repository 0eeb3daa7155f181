/**
 * Alertmanager on ops/alertmanager. It expands no variables, so the address of the receiver, which is that of Compose in
 * the repository, is replaced in a copy.
 */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FoundTool } from '@ops/tools'
import {
  type BackendContext,
  claims,
  configuration,
  type Description,
  placesOf,
  stopWithin,
} from '../description/backend.ts'
import { portOf, urlOf } from '../description/ports.ts'
import { prepareWith } from '../description/prepare.ts'

const inCompose = 'http://notifier:9464/notifications'

export async function describeAlertmanager(tool: FoundTool, context: BackendContext): Promise<Description> {
  const { ports, alertReceiver } = context
  const url = urlOf(ports, 'DEMO_ALERTMANAGER_PORT')
  const places = placesOf(context, 'alertmanager')
  const config = join(places.data, 'alertmanager.yml')
  return {
    ...places,
    name: 'alertmanager',
    purpose: 'routes alerts',
    needs: [],
    ports: claims(ports, ['DEMO_ALERTMANAGER_PORT']),
    url,
    hasPage: true,
    metrics: `${url}/metrics`,
    health: `${url}/-/ready`,
    run: {
      kind: 'program',
      command: [
        tool.path,
        `--config.file=${config}`,
        `--storage.path=${join(places.data, 'data')}`,
        `--web.listen-address=127.0.0.1:${portOf(ports, 'DEMO_ALERTMANAGER_PORT')}`,
        `--web.external-url=${url}`,
        '--data.retention=24h',
        // One of a kind: no port for a cluster.
        '--cluster.listen-address=',
      ],
      prepare: prepareWith({ folders: [places.data], files: { [config]: await configFor(alertReceiver) } }),
      cwd: configuration,
      stopWithin,
      env: {},
    },
  }
}

async function configFor(receiver: string): Promise<string> {
  const path = join(configuration, 'alertmanager', 'alertmanager.yml')
  const text = await readFile(path, 'utf8')
  if (!text.includes(inCompose))
    throw new Error(`${path} does not name the receiver ${inCompose}, which host mode replaces.`)
  return text.replaceAll(inCompose, receiver)
}
