/**
 * What an address shows that no screen answers to, such as a link that lost its end.
 */

import { href } from '../state/address.ts'

export function NotFound() {
  return (
    <div class="page">
      <h1>There is no such page</h1>
      <p class="soft">
        The link may be incomplete: a trace has 32 hexadecimal digits. <a href={href('/')}>Services</a> is where to
        begin.
      </p>
    </div>
  )
}
