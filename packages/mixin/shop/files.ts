/** The files that stand in ops/ for the shop. */

import { createMixin } from '../src/index.ts'
import { shop } from './options.ts'

export function shopFiles(): Record<string, string> {
  return createMixin(shop)
}
