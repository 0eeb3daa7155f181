/**
 * The classes of those libraries that publish nothing, where `@lab/observe/auto` is loaded before the program. Node's load hook adds one line
 * to the end of their file, which hands the class over; it holds for ESM and CommonJS, whatever is imported first. Bundled copies are
 * not found. decisions/0015 says why only `auto` does it.
 */
import { registerHooks } from 'node:module'
import { queriesPart } from '../clients/pg.ts'
import { inboundPart } from '../server/inbound.ts'
import { reachHapi } from '../server/routes/hapi.ts'
import { reachHono } from '../server/routes/hono.ts'
import { reachKoa } from '../server/routes/koa.ts'
import { installedInstance } from './globals.ts'
import { reachPg } from './reach-pg.ts'

/** A file, and the expression that its last line hands over. */
interface Reached {
  end: string
  expression: string
  take(loaded: unknown): void
}

const REACHED: readonly Reached[] = [
  { end: '/koa/lib/application.js', expression: 'module.exports', take: (loaded) => reachKoa(loaded, inbound) },
  { end: '/@hapi/hapi/lib/request.js', expression: 'module.exports', take: (loaded) => reachHapi(loaded, inbound) },
  { end: '/pg/lib/client.js', expression: 'module.exports', take: (loaded) => reachPg(loaded, queries) },
  { end: '/pg-pool/index.js', expression: 'module.exports', take: (loaded) => reachPg(loaded, queries) },
  ...['dist', 'dist/cjs'].map((dist) => ({
    end: `/hono/${dist}/router/smart-router/router.js`,
    expression: 'SmartRouter',
    take: (loaded: unknown) => reachHono(loaded, inbound),
  })),
]

const KEY = '@lab/observe.reached'

/** From now on; the hook stays, since a module is loaded once. */
export function reachModules(): void {
  const takes = new Map(REACHED.map(({ end, take }) => [end, take]))
  Reflect.set(globalThis, Symbol.for(KEY), function takeLoaded(end: string, loaded: unknown) {
    try {
      takes.get(end)?.(loaded)
    } catch (error) {
      // It runs in the module that the program loads.
      process.emitWarning(`${end} cannot be observed: ${error}`, '@lab/observe')
    }
  })
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context)
      const found = url.includes('/node_modules/') ? REACHED.find(({ end }) => url.endsWith(end)) : undefined
      if (found === undefined || loaded.source === undefined || loaded.source === null) return loaded
      const text = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source)
      const line = `globalThis[Symbol.for('${KEY}')]?.('${found.end}', ${found.expression});`
      return { ...loaded, source: `${text}\n;${line}\n` }
    },
  })
}

function inbound() {
  const instance = installedInstance()
  return instance && inboundPart.of(instance)
}

function queries() {
  const instance = installedInstance()
  return instance && { ...queriesPart.of(instance), owner: instance }
}
