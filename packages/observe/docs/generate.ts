/** Writes the pages that are made from the code: `pnpm run generate`. A test compares them with what is there. */
import { writeFileSync } from 'node:fs'
import { reference } from './reference.ts'

writeFileSync(new URL('reference.md', import.meta.url), reference())
