/**
 * The bar on every screen: where one is, the one search box, the time range, and whether what arrives is followed.
 */

import { SearchBox } from '../search/search-box.tsx'
import { address, href } from '../state/address.ts'
import { nextTheme, theme } from '../state/theme.ts'
import { help } from './help-open.ts'
import { LiveButton } from './live-button.tsx'
import { navPathOf, pages } from './pages.ts'
import { RangePicker } from './range-picker.tsx'

const THEMES = { system: ['◐', 'as the system'], light: ['☀', 'light'], dark: ['☾', 'dark'] } as const

export function TopBar() {
  const current = navPathOf(address.value.path)
  const [sign, meaning] = THEMES[theme.value]
  return (
    <header class="top">
      <nav class="top-nav" aria-label="Pages">
        {pages.map(
          (page) =>
            page.nav && (
              <a key={page.path} href={href(page.path)} aria-current={page.path === current ? 'page' : undefined}>
                {page.nav.label}
              </a>
            ),
        )}
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
