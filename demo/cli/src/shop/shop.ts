/**
 * All that `pnpm demo up` runs on this machine: the console, the services of the shop, PostgreSQL, and every real backend
 * whose program is here.
 */

import { join } from 'node:path'
import { otlpEnvironment } from '@ops/backends'
import { describeRealBackends } from './backends.ts'
import { createBuild } from './build.ts'
import { consoleEnvironment, describeConsole } from './console.ts'
import { defaultPorts, ownPorts } from './default-ports.ts'
import type { Shop } from './description.ts'
import { databaseUrl, describePostgres, makePassword } from './postgres.ts'
import { alertReceiver, describeServices, scrapedServices } from './services.ts'

/** The shop of the repository at `root`, with what it keeps in `home`. */
export function createShop(root: string, home: string): Shop {
  return {
    ports: defaultPorts,
    // What was built lies in the repository, and so does the note of what it was built from.
    build: createBuild(root, join(root, '.demo')),
    prepare: () => makePassword(home),
    async describe({ ports }) {
      const claim = (variable: keyof typeof ownPorts) => ({ variable, port: ports[variable] ?? ownPorts[variable] })
      const postgres = claim('DEMO_POSTGRES_PORT')
      const url = await databaseUrl(home, postgres.port)
      const consolePorts = { page: claim('DEMO_CONSOLE_PORT'), otlp: claim('DEMO_CONSOLE_OTLP_PORT') }
      const tracePage = `http://127.0.0.1:${consolePorts.page.port}/trace/{id}`
      const console = `http://127.0.0.1:${consolePorts.otlp.port}`
      const { found, backends, notes } = await describeRealBackends({
        home,
        ports,
        services: scrapedServices(ports),
        alertReceiver: alertReceiver(ports),
        console,
      })
      // Metrics go to the console whatever takes the other two signals.
      const telemetry = { ...consoleEnvironment(console), ...otlpEnvironment({ backends: found, ports, console }) }
      return {
        services: [
          // First in every table: the link that one opens.
          describeConsole(root, home, consolePorts),
          ...describeServices({ root, home, ports, databaseUrl: url, telemetry, tracePage }),
          describePostgres(home, postgres, url),
          ...backends,
        ],
        notes,
      }
    },
  }
}
