/**
 * `pnpm demo`: the shop of this repository, run as processes of this machine.
 */

import { join, resolve } from 'node:path'
import { createHostMode } from './host-mode.ts'
import { run } from './run.ts'
import { createShop } from './services.ts'

const root = resolve(import.meta.dirname, '../../..')
const home = join(root, '.demo')

await run(process.argv.slice(2), createHostMode({ home, shop: createShop(root, home), env: process.env }))
