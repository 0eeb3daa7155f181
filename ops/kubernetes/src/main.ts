/**
 * Writes what repeats other files of ops/, the alert rules as resources of the Prometheus operator and the list of dashboards:
 * `pnpm --filter @ops/kubernetes run generate`.
 */
import { writeFileSync } from 'node:fs'
import { dashboardsComponent } from './dashboards.ts'
import { prometheusRules } from './rules.ts'

for (const { path, text } of [...prometheusRules(), dashboardsComponent()]) writeFileSync(path, text)
