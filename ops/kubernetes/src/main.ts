/**
 * Writes the alert rules again as resources of the Prometheus operator: `pnpm --filter @ops/kubernetes run generate`.
 */
import { writeFileSync } from 'node:fs'
import { prometheusRules } from './rules.ts'

for (const { path, text } of prometheusRules()) writeFileSync(path, text)
