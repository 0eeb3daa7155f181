/**
 * Jaeger on ops/jaeger, which takes from the environment what differs between machines. Where a console runs too, a second
 * file is laid over the first: ops/decisions/one-otlp-endpoint.md.
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

export function describeJaeger(tool: FoundTool, context: BackendContext, present: ReadonlySet<string>): Description {
  const { ports, console } = context
  const places = placesOf(context, 'jaeger')
  const data = join(places.data, 'data')
  const config = (name: string) => ['--config', join(configuration, 'jaeger', name)]
  return {
    ...places,
    name: 'jaeger',
    purpose: 'traces',
    // It hands logs on.
    needs: present.has('loki') ? ['loki'] : [],
    ports: claims(ports, [
      'DEMO_JAEGER_PORT',
      'DEMO_JAEGER_OTLP_PORT',
      'DEMO_JAEGER_GRPC_PORT',
      'DEMO_JAEGER_HEALTH_PORT',
      'DEMO_JAEGER_METRICS_PORT',
      'DEMO_JAEGER_SPANMETRICS_PORT',
    ]),
    url: urlOf(ports, 'DEMO_JAEGER_PORT'),
    hasPage: tool.source === 'PATH',
    metrics: `${urlOf(ports, 'DEMO_JAEGER_METRICS_PORT')}/metrics`,
    health: `${urlOf(ports, 'DEMO_JAEGER_HEALTH_PORT')}/status`,
    run: {
      kind: 'program',
      command: [tool.path, ...config('jaeger.yml'), ...(console ? config('with-console.yml') : [])],
      prepare: prepareWith({ folders: [data] }),
      cwd: configuration,
      stopWithin,
      env: {
        // Below the limit of its memory_limiter, which refuses until the next collection: jaeger.yml says more.
        GOMEMLIMIT: '300MiB',
        JAEGER_LISTEN_HOST: '127.0.0.1',
        JAEGER_OTLP_PORT: String(portOf(ports, 'DEMO_JAEGER_OTLP_PORT')),
        JAEGER_UI_PORT: String(portOf(ports, 'DEMO_JAEGER_PORT')),
        JAEGER_GRPC_PORT: String(portOf(ports, 'DEMO_JAEGER_GRPC_PORT')),
        JAEGER_HEALTH_PORT: String(portOf(ports, 'DEMO_JAEGER_HEALTH_PORT')),
        JAEGER_METRICS_PORT: String(portOf(ports, 'DEMO_JAEGER_METRICS_PORT')),
        JAEGER_SPANMETRICS_PORT: String(portOf(ports, 'DEMO_JAEGER_SPANMETRICS_PORT')),
        JAEGER_DATA: data,
        PROMETHEUS_URL: urlOf(ports, 'DEMO_PROMETHEUS_PORT'),
        LOKI_URL: urlOf(ports, 'DEMO_LOKI_PORT'),
        ...(console && { CONSOLE_URL: console }),
      },
    },
  }
}
