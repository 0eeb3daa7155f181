/**
 * Chooses the time range: one of the usual lengths up to now, or from and to as the clock shows them.
 */

import { useState } from 'preact/hooks'
import { fromInput, localInput, moment } from '../format/time.ts'
import { bounds, chooseFixed, chooseLast, PRESETS, type Range, range } from '../state/range.ts'
import { toggleUtc, utc } from '../state/zone.ts'
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
          <FixedRange key={String(utc.value)} close={close} />
          <label class="range-zone">
            <input type="checkbox" checked={utc.value} onChange={toggleUtc} /> Times in UTC
          </label>
        </>
      )}
    </Menu>
  )
}

function FixedRange({ close }: { close: () => void }) {
  const [initial] = useState(() => bounds())
  const [from, setFrom] = useState(localInput(initial.from))
  const [to, setTo] = useState(localInput(initial.to))
  const begin = fromInput(from)
  const end = fromInput(to)
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
