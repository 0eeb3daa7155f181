/**
 * The page as a whole: the bar on top, below it the screen that the path names, and the overlay that lists the keys.
 */

import { useEffect } from 'preact/hooks'
import { listen } from '../api/live.ts'
import { address } from '../state/address.ts'
import { TracePage } from '../trace/trace-page.tsx'
import { Help } from './help.tsx'
import { NotFound } from './not-found.tsx'
import { pages, traceIdIn } from './pages.ts'
import { useShortcuts } from './shortcuts.ts'
import { TopBar } from './top-bar.tsx'
import './shell.css'

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
  const traceId = traceIdIn(path)
  if (traceId) return <TracePage key={traceId} id={traceId} />
  const Page = pages.find((page) => page.path === path)?.component ?? NotFound
  return <Page key={path} />
}
