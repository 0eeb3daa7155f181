/**
 * All dashboards, as the files that Grafana reads, by their path. This is the one list of them: a dashboard is a source file
 * and a row here. The row's name is its file's name and, behind the name of the mixin, its uid.
 */

import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import type { Settings } from '../options.ts'
import { jsonOf } from './dashboard.ts'
import { homeDashboard } from './home.ts'
import { logsDashboard } from './logs.ts'
import { overviewDashboard } from './overview.ts'
import { runtimeDashboard } from './runtime.ts'
import { serviceDashboard } from './service.ts'
import { telemetryDashboard } from './telemetry.ts'

const boards = {
  home: homeDashboard,
  overview: overviewDashboard,
  service: serviceDashboard,
  runtime: runtimeDashboard,
  logs: logsDashboard,
  telemetry: telemetryDashboard,
} as const satisfies Record<string, (settings: Settings) => Dashboard>

export function dashboardFiles(settings: Settings): [string, string][] {
  return Object.entries(boards).map(([name, board]) => dashboardFile(name, board(settings)))
}

export function dashboardFile(name: string, board: Dashboard): [string, string] {
  return [`grafana/dashboards/${name}.json`, jsonOf(board)]
}
