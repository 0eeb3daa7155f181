/**
 * How to send data here: one tab for each language, its lines ready to copy.
 */

import { useState } from 'preact/hooks'
import { useQuery } from '../api/use-query.ts'
import { isChord } from '../lists/keys.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { recipes } from './recipes.ts'
import './setup.css'

export function HowToSend() {
  const status = useQuery('/api/status', {}, { timeless: true, follow: false })
  const [chosen, setChosen] = useState('node')
  if (!status.data) return null
  const all = recipes(status.data)
  const recipe = all.find(({ id }) => id === chosen) ?? all[0]
  if (!recipe) return null
  const turn = (event: KeyboardEvent & { currentTarget: HTMLElement }) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (!step || isChord(event)) return
    const next = all[(all.indexOf(recipe) + step + all.length) % all.length]
    if (!next) return
    setChosen(next.id)
    event.currentTarget.querySelector<HTMLElement>(`#tab-${next.id}`)?.focus()
  }
  return (
    <section class="panel send" aria-label="How to send data">
      <div class="tabs" role="tablist" aria-label="Language" onKeyDown={turn}>
        {all.map(({ id, name }) => (
          <button
            key={id}
            id={`tab-${id}`}
            type="button"
            role="tab"
            aria-selected={id === recipe.id}
            tabIndex={id === recipe.id ? 0 : -1}
            onClick={() => setChosen(id)}
          >
            {name}
          </button>
        ))}
      </div>
      <div class="send-body" role="tabpanel" aria-labelledby={`tab-${recipe.id}`}>
        <div class="bar">
          <p class="soft">{recipe.note}</p>
          <span class="end">
            <CopyButton text={recipe.code} label="Copy" />
          </span>
        </div>
        <pre class="code">{recipe.code}</pre>
        <p class="faint">
          OTLP over HTTP, protobuf or JSON, at <code>{status.data.otlp}</code> (<code>/v1/traces</code>,{' '}
          <code>/v1/logs</code>, <code>/v1/metrics</code>)
          {status.data.grpc && (
            <>
              , over gRPC at <code>{status.data.grpc}</code>
            </>
          )}
          ; Zipkin at <code>{status.data.otlp}/api/v2/spans</code>.
        </p>
      </div>
    </section>
  )
}
