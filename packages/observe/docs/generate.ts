/** Writes what is made from the code into the pages: `pnpm run generate`. A test compares them with what is there. */
import { writeFileSync } from 'node:fs'
import { pages } from './pages.ts'

for (const [path, text] of pages()) writeFileSync(path, text)
