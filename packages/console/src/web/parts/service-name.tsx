/**
 * A service's name with the colour that it has everywhere.
 */

import { serviceClass } from '../state/palette.ts'

export function ServiceName({ name }: { name: string }) {
  return (
    <span class={`service ${serviceClass(name)}`}>
      <i class="dot" aria-hidden="true" />
      <span class="cut">{name}</span>
    </span>
  )
}
