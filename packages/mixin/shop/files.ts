/** The files that stand in ops/ for the shop. */

import { dashboardFile } from '../src/dashboards/files.ts'
import { createMixin } from '../src/index.ts'
import { settingsOf } from '../src/options.ts'
import { businessDashboard } from './business.ts'
import { shop } from './options.ts'

export function shopFiles(): Record<string, string> {
  return {
    ...createMixin(shop),
    ...Object.fromEntries([dashboardFile('business', businessDashboard(settingsOf(shop)))]),
  }
}
