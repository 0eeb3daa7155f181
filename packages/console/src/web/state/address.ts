/**
 * The address bar is where the page keeps its state: path, time range, filters, selection. Whatever is on the screen can
 * therefore be reloaded, shared as a link and left with the back button.
 */

import { signal } from '@preact/signals'

export interface Address {
  path: string
  params: URLSearchParams
}

/** New values for parameters; undefined takes a parameter away. */
export type Params = Record<string, string | undefined>

/** These go along from page to page; every other parameter belongs to one page. */
const CARRIED = ['range', 'from', 'to']

function current(): Address {
  return { path: location.pathname, params: new URLSearchParams(location.search) }
}

export const address = signal(current())

addEventListener('popstate', () => {
  address.value = current()
})

/** The parameter's text, or '' where it is not set. A component that reads it is drawn again when it changes. */
export function param(name: string): string {
  return address.value.params.get(name) ?? ''
}

/** Link to a page of the console, with the time range of the present one. */
export function href(path: string, params: Params = {}): string {
  const next = new URLSearchParams()
  for (const name of CARRIED) {
    const value = address.value.params.get(name)
    if (value) next.set(name, value)
  }
  return joined(path, next, params)
}

/** Link to the present page with some parameters changed. */
export function hrefHere(params: Params): string {
  return joined(address.value.path, new URLSearchParams(address.value.params), params)
}

/** Opens an address inside the page. `replace` is for steps one does not want to go back to, such as each letter typed. */
export function go(to: string, how: 'push' | 'replace' = 'push'): void {
  if (to === location.pathname + location.search) return
  const samePage = new URL(to, location.origin).pathname === location.pathname
  if (how === 'push') history.pushState(null, '', to)
  else history.replaceState(null, '', to)
  address.value = current()
  if (!samePage) scrollTo(0, 0)
}

/** Changes parameters of the present page. */
export function change(params: Params, how: 'push' | 'replace' = 'push'): void {
  go(hrefHere(params), how)
}

/** Makes every plain link to this console open without loading the page again; modified clicks stay the browser's. */
export function followLinks(): void {
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    const link = event.target instanceof Element ? event.target.closest('a[href]') : null
    if (!link || link.hasAttribute('download') || link.hasAttribute('target')) return
    const url = new URL(link.getAttribute('href') ?? '', location.href)
    if (url.origin !== location.origin || url.hash) return
    event.preventDefault()
    go(url.pathname + url.search)
  })
}

function joined(path: string, base: URLSearchParams, params: Params): string {
  for (const [name, value] of Object.entries(params)) {
    if (value) base.set(name, value)
    else base.delete(name)
  }
  const text = base.toString()
  return text ? `${path}?${text}` : path
}
