/**
 * The dashboards of ops/grafana as a component that both overlays include. kustomize takes files by name alone, so the names are
 * generated.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { GeneratedFile } from './rules.ts'

const source = join(import.meta.dirname, '../../grafana/dashboards')
const target = join(import.meta.dirname, '../dashboards/kustomization.yaml')

const NOTE = `# Every dashboard of ops/grafana, for both overlays. Grafana's sidecar collects them from every namespace, by their label.
# Generated from the files there: pnpm --filter @ops/kubernetes run generate.
`

export function dashboardsComponent(): GeneratedFile {
  const names = readdirSync(source).filter((name) => name.endsWith('.json'))
  const component = {
    apiVersion: 'kustomize.config.k8s.io/v1alpha1',
    kind: 'Component',
    configMapGenerator: [
      {
        name: 'dashboards',
        files: names.toSorted().map((name) => `../../grafana/dashboards/${name}`),
        options: { labels: { grafana_dashboard: '1' } },
      },
    ],
  }
  return { path: target, text: NOTE + stringify(component, { lineWidth: 0 }) }
}
