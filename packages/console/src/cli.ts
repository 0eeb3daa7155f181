#!/usr/bin/env node
/**
 * `npx @lab/observe-console`. The command itself is imported late: `node:sqlite` warns as soon as it is linked, which for a
 * static import is before any line of this file runs.
 */

import './store/segments/quiet.ts'

await import('./command/command.ts')
