/** Writes the lists that are made from frameworks.ts. The build reads them, so `pnpm run generate` runs this before it. */
import { writeFileSync } from 'node:fs'
import { frameworkLists } from './framework-lists.ts'

for (const [path, text] of frameworkLists()) writeFileSync(path, text)
