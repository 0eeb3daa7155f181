/**
 * What went wrong with a question to the console, in its own words, and what to do about it.
 */

import { Refused } from '../api/client.ts'

export function ErrorNotice({ error }: { error: Error | null }) {
  if (!error) return null
  return (
    <p class="notice bad" role="alert">
      {messageOf(error)}
    </p>
  )
}

function messageOf(error: Error): string {
  if (error instanceof Refused && error.status === 401) {
    return 'This console asks for a token. Open the link that it printed when it started; the browser remembers it.'
  }
  if (error instanceof Refused) return error.message
  return `The console does not answer (${error.message}). Is it still running? This page goes on when it is back.`
}
