/**
 * Everything for a set of services, as the files that Prometheus, promtool and Grafana read, by their path.
 */

import { dashboardFiles } from './dashboards/files.ts'
import { type MixinOptions, type Settings, settingsOf } from './options.ts'
import { absenceRules } from './rules/absence.ts'
import type { RuleSet } from './rules/alert.ts'
import { ruleFile, testFile } from './rules/files.ts'
import { saturationRules } from './rules/saturation.ts'
import { sloRules } from './rules/slo.ts'
import { telemetryRules } from './rules/telemetry.ts'

/**
 * The text of every file by its path, such as `prometheus/rules/slo.yml`.
 *
 *     for (const [path, text] of Object.entries(createMixin({ services: ['orders'] }))) await writeFile(path, text)
 *
 * Throws a RangeError for options that cannot be met, with the value and what to give instead.
 */
export function createMixin(options: MixinOptions): Record<string, string> {
  const settings = settingsOf(options)
  const rules = ruleSets(settings).flatMap((set) => ruleFiles(set, settings))
  return Object.fromEntries([...rules, ...dashboardFiles(settings)])
}

export function ruleSets(settings: Settings): RuleSet[] {
  return [sloRules, saturationRules, absenceRules, telemetryRules].map((rules) => rules(settings))
}

function ruleFiles(set: RuleSet, { runbookUrl }: Settings): [string, string][] {
  return [
    [`prometheus/rules/${set.name}.yml`, ruleFile(set, runbookUrl)],
    [`prometheus/tests/${set.name}.yml`, testFile(set, runbookUrl)],
  ]
}
