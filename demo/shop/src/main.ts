/**
 * `pnpm --filter @demo/shop run generate`: writes what Compose and Prometheus read of the services.
 */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generatedFiles, root } from './files.ts'

for (const { path, text } of generatedFiles()) writeFileSync(join(root, path), text)
