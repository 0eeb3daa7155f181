/**
 * Metrics: every instrument that was reported, with unit and description, and the chosen one over time.
 */

import { useState } from 'preact/hooks'
import type { Instrument } from '../../contract/contract.ts'
import { useQuery } from '../api/use-query.ts'
import { counted } from '../format/number.ts'
import { unitName } from '../format/unit.ts'
import { useRoving } from '../lists/roving.ts'
import { ErrorNotice } from '../parts/error-notice.tsx'
import { ServiceParam } from '../parts/service-select.tsx'
import { useTitle } from '../parts/title.ts'
import { Empty } from '../setup/empty.tsx'
import { go, hrefHere, param } from '../state/address.ts'
import { InstrumentView } from './instrument-view.tsx'
import './metrics.css'

export function Metrics() {
  const service = param('service')
  useTitle(param('metric'), 'Metrics')
  const { data, error } = useQuery('/api/metrics', service ? { service } : {})
  const [text, setText] = useState('')
  const all = data?.instruments ?? []
  if (data && all.length === 0 && !service) return <Empty what="metrics" />
  const wanted = text.trim().toLowerCase()
  const shown = all.filter(({ name, description }) => `${name} ${description}`.toLowerCase().includes(wanted))
  const chosen = all.find(isChosen) ?? all.find(({ name }) => name === param('metric')) ?? shown[0]
  return (
    <div class="page filled">
      <h1 class="hidden-text">Metrics</h1>
      <ErrorNotice error={error} />
      <div class="metric-columns">
        <section class="panel instruments" aria-label="Instruments">
          <div class="instruments-head">
            <input
              class="field"
              type="search"
              placeholder="Find an instrument"
              aria-label="Find an instrument"
              data-filter
              value={text}
              onInput={(event) => setText(event.currentTarget.value)}
            />
            <ServiceParam />
          </div>
          <InstrumentList instruments={shown} chosen={chosen} />
          <p class="faint instruments-count">{counted(shown.length, 'instrument')}</p>
        </section>
        {chosen && <InstrumentView key={idOf(chosen)} instrument={chosen} service={service} />}
      </div>
    </div>
  )
}

function linkOf({ name, unit, type }: Instrument): string {
  return hrefHere({ metric: name, unit, type, by: undefined, stat: undefined })
}

/** One name may stand for instruments of several units or kinds. */
function idOf({ name, unit, type }: Instrument): string {
  return `${name} ${unit} ${type}`
}

function isChosen({ name, unit, type }: Instrument): boolean {
  return name === param('metric') && unit === param('unit') && type === param('type')
}

function InstrumentList({
  instruments,
  chosen,
}: {
  instruments: readonly Instrument[]
  chosen: Instrument | undefined
}) {
  const roving = useRoving(instruments.length, (index) => {
    const instrument = instruments[index]
    if (instrument) go(linkOf(instrument))
  })
  return (
    <ul class="instrument-list" onKeyDown={roving.onKeyDown}>
      {instruments.map((instrument, index) => (
        <li key={idOf(instrument)} {...roving.row(index)} aria-current={instrument === chosen ? 'true' : undefined}>
          <a href={linkOf(instrument)} tabIndex={-1}>
            <span class="instrument-name">{instrument.name}</span>
            <span class="faint">
              {[instrument.type, unitName(instrument.unit)].filter((part) => part !== '').join(', ')}
            </span>
          </a>
        </li>
      ))}
    </ul>
  )
}
