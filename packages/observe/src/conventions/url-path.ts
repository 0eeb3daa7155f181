/**
 * Paths of requests, as text: they come from outside, and may be no valid URL.
 */

/** What comes before the query and the fragment: a query may hold secrets. */
export function withoutQuery(path: string): string {
  const query = path.indexOf('?')
  const fragment = path.indexOf('#')
  const end = query === -1 || (fragment !== -1 && fragment < query) ? fragment : query
  return end === -1 ? path : path.slice(0, end)
}

/** `/api` of `/api/users/7`, where a router that is mounted there sees `/users/7`; empty where the one is no end of the other. */
export function mountOf(full: string, rest: string): string {
  return full.endsWith(rest) ? full.slice(0, full.length - rest.length) : ''
}
