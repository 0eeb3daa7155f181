/**
 * Chooses the time range: one of the usual lengths up to now, or from and to as the clock shows them.
 */

import { useState } from 'preact/hooks'
import { localInput, moment } from '../format/time.ts'
import { bounds, chooseFixed, chooseLast, PRESETS, type Range, range } from '../state/range.ts'
import { Menu } from './menu.tsx'

export function RangePicker() {
  return (
    <Menu id="range" label={nameOf(range.value)} title="Time range (R)">
      {(close) => (
        <>
          <ul class="menu-list">
            {PRESETS.map((preset) => (
              <li key={preset.name}>
                <button
                  type="button"
                  aria-pressed={range.value.kind === 'last' && range.value.name === preset.name}
                  onClick={() => {
                    chooseLast(preset.name)
                    close()
                  }}
                >
                  {preset.label}
                </button>
              </li>
            ))}
          </ul>
          <FixedRange close={close} />
        </>
      )}
    </Menu>
  )
}

function FixedRange({ close }: { close: () => void }) {
  const [initial] = useState(() => bounds())
  const [from, setFrom] = useState(localInput(initial.from))
  const [to, setTo] = useState(localInput(initial.to))
  const begin = new Date(from).getTime()
  const end = new Date(to).getTime()
  const valid = begin < end
  return (
    <form
      class="range-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (!valid) return
        chooseFixed(begin, end)
        close()
      }}
    >
      <label>
        From
        <input
          class="field"
          type="datetime-local"
          step="1"
          value={from}
          onInput={(event) => setFrom(event.currentTarget.value)}
        />
      </label>
      <label>
        To
        <input
          class="field"
          type="datetime-local"
          step="1"
          value={to}
          onInput={(event) => setTo(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button primary" disabled={!valid}>
        Show this time
      </button>
    </form>
  )
}

function nameOf(of: Range): string {
  if (of.kind === 'last') return PRESETS.find((preset) => preset.name === of.name)?.label ?? of.name
  return `${moment(of.from)} – ${moment(of.to)}`
}
