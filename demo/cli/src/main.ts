/**
 * `pnpm demo`: the shop of this repository, run by Compose or as processes of this machine.
 */

import { join, resolve } from 'node:path'
import { run } from './commands/run.ts'
import { createComposeMode } from './compose/mode.ts'
import { createHostMode } from './host/mode.ts'
import { createModes } from './modes/modes.ts'
import { createShop } from './shop/shop.ts'

const root = resolve(import.meta.dirname, '../../..')
const home = resolve(process.env.DEMO_HOME || join(root, '.demo'))

const host = createHostMode({ home, shop: createShop(root, home), env: process.env, program: import.meta.filename })

await run(process.argv.slice(2), createModes([createComposeMode({ root, home, env: process.env })], host))
