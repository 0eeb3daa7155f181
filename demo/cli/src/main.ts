/**
 * `pnpm demo`: the shop of this repository, run as processes of this machine.
 */

import { join, resolve } from 'node:path'
import { createHostMode } from './host-mode.ts'
import { createModes } from './modes.ts'
import { run } from './run.ts'
import { createShop } from './services.ts'

const root = resolve(import.meta.dirname, '../../..')
const home = join(root, '.demo')

const host = createHostMode({ home, shop: createShop(root, home), env: process.env })

await run(process.argv.slice(2), createModes([], host))
