/**
 * Prometheus on ops/prometheus: its configuration and rules are linked to, the addresses that it scrapes are written.
 */

import { join } from 'node:path'
import type { FoundTool } from '@ops/tools'
import { stringify } from 'yaml'
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

export function describePrometheus(
  tool: FoundTool,
  context: BackendContext,
  present: ReadonlySet<string>,
): Description {
  const { ports } = context
  const url = urlOf(ports, 'DEMO_PROMETHEUS_PORT')
  const places = placesOf(context, 'prometheus')
  const config = join(places.data, 'config')
  return {
    ...places,
    name: 'prometheus',
    purpose: 'metrics and alert rules',
    needs: [],
    ports: claims(ports, ['DEMO_PROMETHEUS_PORT']),
    url,
    hasPage: tool.source === 'PATH',
    metrics: `${url}/metrics`,
    health: `${url}/-/ready`,
    run: {
      kind: 'program',
      command: [
        tool.path,
        `--config.file=${join(config, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(places.data, 'data')}`,
        `--web.listen-address=127.0.0.1:${portOf(ports, 'DEMO_PROMETHEUS_PORT')}`,
        `--web.external-url=${url}`,
        '--enable-feature=exemplar-storage',
      ],
      prepare: prepareWith({
        folders: [config],
        files: targetFiles(join(config, 'targets'), context, present),
        links: {
          [join(config, 'prometheus.yml')]: join(configuration, 'prometheus', 'prometheus.yml'),
          [join(config, 'rules')]: join(configuration, 'prometheus', 'rules'),
        },
      }),
      cwd: configuration,
      stopWithin,
      env: {},
    },
  }
}

/** The same files as ops/prometheus/targets, with the addresses of this machine. */
function targetFiles(
  folder: string,
  { ports, services }: BackendContext,
  present: ReadonlySet<string>,
): Record<string, string> {
  const backends = [
    { name: 'prometheus', metrics: urlOf(ports, 'DEMO_PROMETHEUS_PORT') },
    { name: 'alertmanager', metrics: urlOf(ports, 'DEMO_ALERTMANAGER_PORT') },
    { name: 'loki', metrics: urlOf(ports, 'DEMO_LOKI_PORT') },
    { name: 'jaeger', metrics: urlOf(ports, 'DEMO_JAEGER_METRICS_PORT') },
  ].filter(({ name }) => present.has(name))
  const spanmetrics = present.has('jaeger') ? [{ targets: [hostOf(urlOf(ports, 'DEMO_JAEGER_SPANMETRICS_PORT'))] }] : []
  const alertmanagers = present.has('alertmanager')
    ? [{ targets: [hostOf(urlOf(ports, 'DEMO_ALERTMANAGER_PORT'))] }]
    : []
  const targets = { services: services.map(target), backends: backends.map(target), spanmetrics, alertmanagers }
  return Object.fromEntries(
    Object.entries(targets).map(([name, list]) => [join(folder, `${name}.yml`), stringify(list)]),
  )
}

function target({ name, metrics }: { name: string; metrics: string }) {
  return { targets: [hostOf(metrics)], labels: { job: name } }
}

function hostOf(url: string): string {
  return new URL(url).host
}
