/**
 * The classes of those libraries that publish nothing, where `@lab/observe/auto` is loaded before the program. Node's load hook adds one line
 * to the end of their file, which hands the class over; it holds for ESM and CommonJS, whatever is imported first. Bundled copies are
 * not found. decisions/0015 says why only `auto` does it.
 */
import { type LoadFnOutput, registerHooks } from 'node:module'
import { queriesPart } from '../clients/pg.ts'
import { inboundPart } from '../server/inbound.ts'
import { reachFindMyWay } from '../server/routes/find-my-way.ts'
import { reachH3 } from '../server/routes/h3-1.ts'
import { reachHapi } from '../server/routes/hapi.ts'
import { reachHono } from '../server/routes/hono.ts'
import { reachKoa } from '../server/routes/koa.ts'
import { reachPolka } from '../server/routes/polka.ts'
import { reachTinyhttp } from '../server/routes/tinyhttp.ts'
import { installedInstance } from './globals.ts'
import { reachPg } from './reach-pg.ts'

/** A file, and the name of what its last line hands over; of another version that has no such name, nothing. */
interface Reached {
  end: string
  name: string
  take(loaded: unknown): void
}

const REACHED: readonly Reached[] = [
  { end: '/koa/lib/application.js', name: 'module.exports', take: (loaded) => reachKoa(loaded, inbound) },
  { end: '/@hapi/hapi/lib/request.js', name: 'module.exports', take: (loaded) => reachHapi(loaded, inbound) },
  { end: '/pg/lib/client.js', name: 'module.exports', take: (loaded) => reachPg(loaded, queries) },
  { end: '/pg-pool/index.js', name: 'module.exports', take: (loaded) => reachPg(loaded, queries) },
  ...['dist', 'dist/cjs'].map((dist) => ({
    end: `/hono/${dist}/router/smart-router/router.js`,
    name: 'SmartRouter',
    take: (loaded: unknown) => reachHono(loaded, inbound),
  })),
  { end: '/polka/index.js', name: 'Polka', take: (loaded) => reachPolka(loaded, inbound) },
  ...['app', 'index'].map((file) => ({
    end: `/@tinyhttp/app/dist/${file}.js`,
    name: 'App',
    take: (loaded: unknown) => reachTinyhttp(loaded, inbound),
  })),
  { end: '/find-my-way/index.js', name: 'Router', take: (loaded) => reachFindMyWay(loaded, inbound) },
  ...['mjs', 'cjs'].map((kind) => ({
    end: `/h3/dist/index.${kind}`,
    name: 'H3Event',
    take: (loaded: unknown) => reachH3(loaded, inbound),
  })),
]

const KEY = '@lab/observe.reached'

/** From now on; the hook stays, since a module is loaded once. Does nothing where `canReach` says no. */
export function reachModules(): void {
  if (!canReach()) return
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
      if (found === undefined) return unchanged(loaded, context.conditions)
      if (loaded.source === undefined || loaded.source === null) return loaded
      const text = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source)
      const { end, name } = found
      const line = `if (typeof ${name} !== 'undefined') globalThis[Symbol.for('${KEY}')]?.('${end}', ${name});`
      return { ...loaded, source: `${text}\n;${line}\n` }
    },
  })
}

/**
 * A module that is not reached. Imported CommonJS whose source a hook returns is linked by Node's loader of ES modules, which fails
 * for what requires each other; without the source it is loaded as if there were no hook.
 */
function unchanged(loaded: LoadFnOutput, conditions: readonly string[]): LoadFnOutput {
  return loaded.format === 'commonjs' && conditions.includes('import') ? { ...loaded, source: undefined } : loaded
}

/** Whether a load hook may leave out the source of CommonJS: from Node.js 22.23 and 24.12 on. */
export function canReach(version = process.versions.node): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const first = FIRST_MINOR[major]
  return first === undefined ? major > LAST_LISTED : minor >= first
}

const FIRST_MINOR: Record<number, number> = { 22: 23, 24: 12, 25: 2 }
const LAST_LISTED = 25

function inbound() {
  const instance = installedInstance()
  return instance && inboundPart.of(instance)
}

function queries() {
  const instance = installedInstance()
  return instance && { ...queriesPart.of(instance), owner: instance }
}
