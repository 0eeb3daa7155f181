/**
 * The bar on every screen: where one is, the one search box, the time range, and whether what arrives is followed.
 */

import { SearchBox } from '../search/search-box.tsx'
import { address, href } from '../state/address.ts'
import { nextTheme, theme } from '../state/theme.ts'
import { help } from './help-open.ts'
import { LiveButton } from './live-button.tsx'
import { RangePicker } from './range-picker.tsx'

const PAGES = [
  { path: '/', label: 'Services', also: ['/routes'] },
  { path: '/traces', label: 'Traces', also: ['/compare'] },
  { path: '/logs', label: 'Logs', also: [] },
  { path: '/metrics', label: 'Metrics', also: [] },
  { path: '/errors', label: 'Errors', also: [] },
]

const THEMES = { system: ['◐', 'as the system'], light: ['☀', 'light'], dark: ['☾', 'dark'] } as const

export function TopBar() {
  const { path } = address.value
  const [sign, meaning] = THEMES[theme.value]
  return (
    <header class="top">
      <nav class="top-nav" aria-label="Pages">
        {PAGES.map((page) => (
          <a key={page.path} href={href(page.path)} aria-current={isAt(page, path) ? 'page' : undefined}>
            {page.label}
          </a>
        ))}
      </nav>
      <SearchBox />
      <div class="top-end">
        <RangePicker />
        <LiveButton />
        <button
          type="button"
          class="button quiet icon"
          onClick={nextTheme}
          title={`Colours: ${meaning} (T)`}
          aria-label={`Colours: ${meaning}. Press for the next.`}
        >
          {sign}
        </button>
        <button
          type="button"
          class="button quiet icon"
          onClick={() => {
            help.value = true
          }}
          title="Keys and how to send data (?)"
          aria-label="Keys and how to send data"
        >
          ?
        </button>
      </div>
    </header>
  )
}

function isAt(page: (typeof PAGES)[number], path: string): boolean {
  return (
    page.path === path ||
    page.also.some((each) => each === path) ||
    (page.path === '/traces' && path.startsWith('/trace/'))
  )
}
