/**
 * The rules of ops/prometheus as PrometheusRule, which the Prometheus operator reads. The groups are the same; only what is
 * around them differs, and kustomize cannot add that.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'

export interface GeneratedFile {
  path: string
  text: string
}

const source = join(import.meta.dirname, '../../prometheus/rules')
const target = join(import.meta.dirname, '../production/rules')

/** One file for each file of rules. Throws where a file has anything but groups. */
export function prometheusRules(): GeneratedFile[] {
  return readdirSync(source)
    .filter((name) => name.endsWith('.yml'))
    .toSorted()
    .map((file) => {
      const name = file.slice(0, -'.yml'.length)
      const { groups, ...rest } = parse(readFileSync(join(source, file), 'utf8'))
      if (!Array.isArray(groups) || Object.keys(rest).length > 0) {
        throw new Error(`ops/prometheus/rules/${file} has more than groups: ${Object.keys(rest).join(', ')}`)
      }
      const rule = {
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'PrometheusRule',
        metadata: { name },
        spec: { groups },
      }
      const note = `# Generated from ops/prometheus/rules/${file}: change that, then pnpm --filter @ops/kubernetes run generate.\n`
      return { path: join(target, `${name}.yaml`), text: note + stringify(rule, { lineWidth: 0 }) }
    })
}
