/**
 * The path that a layer was mounted with, where the router has not kept it: Express 4 keeps a regular expression, router
 * 2.0 to 2.2 a function.
 */

export type Matcher = (path: string) => { path: string; params: Record<string, unknown> } | false

type Keys = { name: string | number }[]

/**
 * Reads the path out of the regular expression that Express 4 made of it: `^\/t\/(?:([^\/]+?))\/?(?=\/|$)` is `/t/:tenant`.
 * A list of paths became alternatives, of which the one that takes `path` counts.
 */
export function patternOfExpress4({ source, flags }: RegExp, keys: Keys, path: string): string | undefined {
  const list = source.startsWith('(?:^') ? source.slice('(?:'.length, -1) : source
  let key = 0
  for (const alternative of list.split('|^')) {
    const own = alternative.replace(/^\^?/, '^')
    if (new RegExp(own, flags).test(path)) return readPattern(own, keys.slice(key))
    key += captures(own)
  }
  return undefined
}

function readPattern(source: string, keys: Keys): string {
  const body = source.replace(/^\^/, '').replace(/(?:\\\/\??|\?)?(?:\$|\(\?=\\?\/\|\$\))$/, '')
  let pattern = ''
  let key = 0
  for (let at = 0; at < body.length; at += 1) {
    if (body[at] === '\\') {
      at += 1
      pattern += body[at]
    } else if (body[at] === '(') {
      const group = groupAt(body, at)
      pattern += `${/^\(\?:\\?\//.test(group) ? '/' : ''}:${keys[key]?.name ?? key}`
      key += captures(group)
      at += group.length - 1
    } else if (body[at] !== '?') pattern += body[at]
  }
  return pattern
}

function captures(source: string): number {
  return source.match(/(?<!\\)\((?!\?)/g)?.length ?? 0
}

/** The group that opens at `start`, its closing parenthesis included. */
function groupAt(source: string, start: number): string {
  let depth = 0
  for (let at = start; at < source.length; at += 1) {
    if (source[at] === '\\') at += 1
    else if (source[at] === '(') depth += 1
    else if (source[at] === ')' && --depth === 0) return source.slice(start, at + 1)
  }
  return source.slice(start)
}

/**
 * Tells parameters from fixed segments by changing one segment at a time: what then still matches is a parameter.
 * Routers ignore case by default, so the fixed segments are lower-cased, so that no client chooses how a route is written.
 */
export function patternOfMatcher(matcher: Matcher, path: string): string | undefined {
  const match = matcher(path)
  if (!match) return undefined
  const segments = match.path.split('/')
  const keys = new Set(Object.keys(match.params))
  const pattern = segments.map((segment, index) => {
    const changed = matcher(segments.with(index, 'observe').join('/'))
    const key = changed && Object.keys(changed.params).find((name) => changed.params[name] !== match.params[name])
    if (!key) return segment.toLowerCase()
    keys.delete(key)
    return `:${key}`
  })
  return keys.size === 0 ? pattern.join('/') : undefined
}
