/**
 * The page as a whole: the bar on top, below it the screen that the path names, and the overlay that lists the keys.
 */

import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { listen } from '../api/live.ts'
import { Comparison } from '../compare/comparison.tsx'
import { Errors } from '../errors/errors.tsx'
import { Logs } from '../logs/logs.tsx'
import { Metrics } from '../metrics/metrics.tsx'
import { Routes } from '../routes/routes.tsx'
import { Send } from '../send/send.tsx'
import { Services } from '../services/services.tsx'
import { address } from '../state/address.ts'
import { TracePage } from '../trace/trace-page.tsx'
import { Traces } from '../traces/traces.tsx'
import { Help } from './help.tsx'
import { NotFound } from './not-found.tsx'
import { useShortcuts } from './shortcuts.ts'
import { TopBar } from './top-bar.tsx'
import './shell.css'

const SCREENS: Record<string, ComponentType> = {
  '/': Services,
  '/routes': Routes,
  '/traces': Traces,
  '/compare': Comparison,
  '/logs': Logs,
  '/metrics': Metrics,
  '/errors': Errors,
  '/send': Send,
}

export function App() {
  useEffect(listen, [])
  useShortcuts()
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <TopBar />
      <main id="main" tabIndex={-1}>
        <Screen />
      </main>
      <Help />
    </>
  )
}

function Screen() {
  const { path } = address.value
  const [, traceId] = /^\/trace\/([0-9a-f]{32})$/.exec(path) ?? []
  if (traceId) return <TracePage key={traceId} id={traceId} />
  const Page = SCREENS[path] ?? NotFound
  return <Page key={path} />
}
