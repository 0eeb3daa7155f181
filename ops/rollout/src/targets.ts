/**
 * What Prometheus scrapes: the services of each running release, with the release as a label, so that the error rate of one release
 * can be distinguished from that of the other while both run.
 */

import { stringify } from 'yaml'
import type { Parts } from './compose-file.ts'
import type { Host } from './host.ts'
import { aliasOf } from './names.ts'

/** The text of `targets/services.yml`. Migrations end and are not scraped. */
export function targetsFile(host: Host, { release: services }: Parts, releases: readonly string[]): string {
  const observed = Object.keys(services).filter((name) => services[name]?.labels?.['shop.metrics'] !== undefined)
  const targets = releases.flatMap((release) =>
    observed.map((service) => ({
      targets: [`${aliasOf(service, release)}:${host.entry.healthPort}`],
      labels: { job: service, release },
    })),
  )
  return `# Written by \`pnpm rollout\`.\n${stringify(targets)}`
}
