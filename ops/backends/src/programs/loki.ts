/**
 * Loki on ops/loki, which takes from the environment what differs between machines.
 */

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

export function describeLoki(tool: FoundTool, context: BackendContext): Description {
  const { ports } = context
  const url = urlOf(ports, 'DEMO_LOKI_PORT')
  const places = placesOf(context, 'loki')
  const data = join(places.data, 'data')
  return {
    ...places,
    name: 'loki',
    purpose: 'logs',
    needs: [],
    ports: claims(ports, ['DEMO_LOKI_PORT', 'DEMO_LOKI_GRPC_PORT']),
    url,
    hasPage: false,
    metrics: `${url}/metrics`,
    health: `${url}/ready`,
    run: {
      kind: 'program',
      command: [tool.path, `-config.file=${join(configuration, 'loki', 'loki.yml')}`, '-config.expand-env=true'],
      prepare: prepareWith({ folders: [data] }),
      cwd: configuration,
      stopWithin,
      env: {
        LOKI_LISTEN_HOST: '127.0.0.1',
        LOKI_PORT: String(portOf(ports, 'DEMO_LOKI_PORT')),
        LOKI_GRPC_PORT: String(portOf(ports, 'DEMO_LOKI_GRPC_PORT')),
        LOKI_DATA: data,
        ALERTMANAGER_URL: urlOf(ports, 'DEMO_ALERTMANAGER_PORT'),
      },
    },
  }
}
