/** Writes what is made from the code: `pnpm run generate`. Tests compare it with what is there. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { entryPoints, report, reportPath } from './api-reports.ts'
import { pages } from './pages.ts'

for (const [path, text] of pages()) writeFileSync(path, text)
mkdirSync(new URL('../api', import.meta.url), { recursive: true })
for (const entryPoint of entryPoints) writeFileSync(reportPath(entryPoint), report(entryPoint))
