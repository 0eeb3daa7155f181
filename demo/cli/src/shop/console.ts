/**
 * The console among what `pnpm demo up` runs: the services send it all three signals, and its page shows them.
 */

import { join } from 'node:path'
import type { Port } from '../machine/ports.ts'
import type { ServiceDescription } from './description.ts'
import { probeHttp } from './health.ts'

export interface ConsolePorts {
  readonly page: Port
  readonly otlp: Port
}

/** The console of the repository at `root`, with its data in `home`. */
export function describeConsole(root: string, home: string, { page, otlp }: ConsolePorts): ServiceDescription {
  const url = `http://127.0.0.1:${page.port}`
  const data = join(home, 'console')
  const options = ['--port', String(page.port), '--otlp-port', String(otlp.port), '--no-grpc-port', '--data', data]
  return {
    name: 'console',
    kind: 'backend',
    purpose: 'traces, logs and metrics of all that runs here',
    needs: [],
    ports: [page, otlp],
    url,
    hasPage: true,
    log: join(home, 'logs', 'console.log'),
    data,
    readyWithin: 60_000,
    probe: (signal) => probeHttp(url, signal),
    run: {
      kind: 'program',
      command: [process.execPath, 'dist/cli.js', ...options],
      stopWithin: 20_000,
      cwd: join(root, 'packages/console'),
      env: {},
    },
  }
}

/** What makes a service send everything to the console, often enough to be watched. */
export function consoleEnvironment(otlpUrl: string): Record<string, string> {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: otlpUrl,
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_LOGS_EXPORTER: 'otlp',
    OTEL_METRICS_EXPORTER: 'prometheus,otlp',
    OTEL_METRIC_EXPORT_INTERVAL: '5000',
  }
}
