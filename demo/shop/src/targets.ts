/**
 * Where Prometheus scrapes the services in Compose and in a cluster: ops/prometheus/targets/services.yml. In host mode the
 * CLI writes the same file for the ports in use.
 */

import { CONTAINER_METRICS_PORT, services } from './services.ts'

export function targetsFile(): string {
  const targets = services.map(
    ({ name }) => `- { targets: ['${name}:${CONTAINER_METRICS_PORT}'], labels: { job: ${name} } }\n`,
  )
  return `# Where the shop's services answer /metrics in Compose, one target each; \`job\` is the name they go by everywhere.
# Generated from demo/shop/src/services.ts: change that, then pnpm --filter @demo/shop run generate.
${targets.join('')}`
}
