/** One bound, and whether it held. */
export interface Verdict {
  what: string
  found: string
  bound: string
  holds: boolean
}

export function verdictText({ what, found, bound, holds }: Verdict): string {
  return `${holds ? 'ok    ' : 'FAILED'}  ${what}: ${found} (${bound})`
}
