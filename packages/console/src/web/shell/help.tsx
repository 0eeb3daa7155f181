/**
 * The overlay behind the question mark: every key, the language of the filters, and the way to send data.
 */

import { useEffect, useRef } from 'preact/hooks'
import { href } from '../state/address.ts'
import { help } from './help-open.ts'
import { SHORTCUTS } from './shortcuts.ts'
import './help.css'

const IN_LISTS: readonly (readonly [string, string])[] = [
  ['↑ ↓', 'Move; Home, End, Page Up and Page Down go further'],
  ['Enter', 'Open'],
  ['c', 'Compare this trace with another'],
  ['← →', 'In a trace: fold and unfold a span'],
  ['e n', 'In a trace: next error, next span found'],
  ['Esc', 'Close what is open'],
]

const FILTERS: readonly (readonly [string, string])[] = [
  ['service:orders status:error', 'both must hold'],
  ['status:client-error', 'answered 4xx, which counts as no error of the service'],
  ['duration:>250ms', 'also <, >=, <= and us, s, m'],
  ['route:"POST /orders"', 'quotes keep spaces together'],
  ['http.response.status_code:500', 'any attribute'],
  ['-level:debug timeout', 'a minus negates; a bare word is searched as text'],
]

export function Help() {
  const dialog = useRef<HTMLDialogElement>(null)
  const open = help.value
  useEffect(() => {
    if (open) dialog.current?.showModal()
    else dialog.current?.close()
  }, [open])
  const close = () => {
    help.value = false
  }
  return (
    <dialog class="help" ref={dialog} onClose={close} aria-labelledby="help-title">
      <div class="bar">
        <h2 id="help-title">Keys and filters</h2>
        <button type="button" class="button quiet end" onClick={close}>
          Close
        </button>
      </div>
      <div class="help-columns">
        <section>
          <h3>Everywhere</h3>
          <dl class="keys">
            {SHORTCUTS.map((each) => (
              <Key key={each.keys} keys={each.keys.split(' ')} does={each.does} />
            ))}
          </dl>
        </section>
        <section>
          <h3>In lists</h3>
          <dl class="keys">
            {IN_LISTS.map(([keys, does]) => (
              <Key key={keys} keys={keys.split(' ')} does={does} />
            ))}
          </dl>
          <h3>Filters</h3>
          <dl class="filters-help">
            {FILTERS.map(([example, meaning]) => (
              <div key={example}>
                <dt>
                  <code>{example}</code>
                </dt>
                <dd class="soft">{meaning}</dd>
              </div>
            ))}
          </dl>
          <p>
            <a href={href('/setup')} onClick={close}>
              How to send data here
            </a>
          </p>
        </section>
      </div>
    </dialog>
  )
}

function Key({ keys, does }: { keys: string[]; does: string }) {
  return (
    <div>
      <dt>
        {keys.map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </dt>
      <dd>{does}</dd>
    </div>
  )
}
