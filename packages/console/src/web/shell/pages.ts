/**
 * Every page of the console, in one place: its address, its component, its name in the navigation bar and its key. The bar,
 * the keyboard and the router read this list, so a new page is one entry here.
 */

import type { ComponentType } from 'preact'
import { Comparison } from '../compare/comparison.tsx'
import { Errors } from '../errors/errors.tsx'
import { Logs } from '../logs/logs.tsx'
import { Metrics } from '../metrics/metrics.tsx'
import { Routes } from '../routes/routes.tsx'
import { Services } from '../services/services.tsx'
import { Setup } from '../setup/setup.tsx'
import { Traces } from '../traces/traces.tsx'

export interface Page {
  path: string
  component: ComponentType
  /** In the navigation bar, with the key that opens it after `g`. Left out for a page that only links lead to. */
  nav?: { label: string; key: string }
  /** Path of the entry of the bar that is current on this page, for a page that has no entry of its own. */
  within?: string
}

export const pages: readonly Page[] = [
  { path: '/', component: Services, nav: { label: 'Services', key: 's' } },
  { path: '/routes', component: Routes, within: '/' },
  { path: '/traces', component: Traces, nav: { label: 'Traces', key: 't' } },
  { path: '/compare', component: Comparison, within: '/traces' },
  { path: '/logs', component: Logs, nav: { label: 'Logs', key: 'l' } },
  { path: '/metrics', component: Metrics, nav: { label: 'Metrics', key: 'm' } },
  { path: '/errors', component: Errors, nav: { label: 'Errors', key: 'e' } },
  { path: '/setup', component: Setup },
]

/** The trace that an address names, if it is the address of a trace's page. */
export function traceIdIn(path: string): string | undefined {
  return /^\/trace\/([0-9a-f]{32})$/.exec(path)?.[1]
}

/** The path of the navigation bar's entry for an address. */
export function navPathOf(path: string): string | undefined {
  if (traceIdIn(path)) return '/traces'
  const page = pages.find((each) => each.path === path)
  return page?.within ?? page?.path
}
