/** `pnpm --filter @lab/observe-mixin generate`: writes what ops/ holds for the shop. */

import { join } from 'node:path'
import { writeFiles } from '../src/write.ts'
import { shopFiles } from './files.ts'

const paths = await writeFiles(join(import.meta.dirname, '..', '..', '..', 'ops'), shopFiles())
process.stdout.write(`${paths.join('\n')}\n`)
