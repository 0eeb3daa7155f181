/**
 * The path under which a middleware of Express is mounted, for requests that it answers by itself, such as `app.use('/graphql', handler)`.
 * `req.baseUrl` holds the real values of parameters, so the template comes from the layers.
 */
import { pathOf } from '../arrival.ts'
import { type App, type Layer, matchedBy, mountOf, patternOf, stackOf, withoutMount } from './express-template.ts'

/** Whether it is an app of Express 4 or 5. */
export function isExpress(app: unknown): app is App {
  return typeof app === 'function' && 'mountpath' in app && 'request' in app && 'use' in app
}

/** The template of `baseUrl` in `app`, for a request to `url`; `undefined` where no layer is mounted there. */
export function mountTemplateOf(app: App, baseUrl: string, url: string | undefined): string | undefined {
  const mount = mountOf(app)
  const below = withoutMount(baseUrl, mount)
  if (below === '/') return mount || undefined
  const template = templateBelow(stackOf(app), withoutMount(pathOf(url), mount), below)
  return template === undefined ? undefined : mount + template
}

/** The patterns of the layers that take exactly `consumed` of `path`. */
function templateBelow(stack: Layer[], path: string, consumed: string, seen: Layer[] = []): string | undefined {
  for (const layer of stack) {
    if (layer.route !== undefined || seen.includes(layer)) continue
    const matched = matchedBy(layer, path)?.replace(/\/$/, '')
    if (matched === undefined || !consumed.startsWith(matched)) continue
    const pattern = patternOf(layer, path)
    if (pattern === undefined) continue
    if (matched === consumed) return pattern
    const rest = path.slice(matched.length) || '/'
    const deeper = templateBelow(stackOf(layer.handle), rest, consumed.slice(matched.length), [...seen, layer])
    if (deeper !== undefined) return pattern + deeper
  }
  return undefined
}
