/**
 * Figures as a person reads them.
 */

/** Three digits that count, and the unit. */
export function figure(value: number, unit = ''): string {
  const text = Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))
  return unit ? `${text} ${unit}` : text
}

export function percent(share: number): string {
  return `${figure(share * 100)} %`
}

/** `a, b and c`. */
export function joined(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}
