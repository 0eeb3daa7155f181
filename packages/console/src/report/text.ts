/**
 * Figures and telemetry as text of a terminal: bounded in length, and without the control characters that a sender may have put
 * into it.
 */

export function duration(ms: number | null): string {
  if (ms === null) return '-'
  if (ms >= 60_000) return `${(ms / 60_000).toFixed(1)} min`
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`
  return ms >= 1 ? `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms` : `${Math.round(ms * 1000)} us`
}

export function percent(share: number): string {
  return `${share > 0 && share < 0.1 ? (share * 100).toFixed(1) : Math.round(share * 100)} %`
}

export function number(value: number | null): string {
  if (value === null) return '-'
  return Math.abs(value) >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)))
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** UTC, to the millisecond. */
export function clock(ms: number): string {
  return new Date(ms).toISOString()
}

/** One line of at most so many characters. */
export function clip(text: string, most: number): string {
  const line = text
    .slice(0, most * 4)
    .replace(ANSI, '')
    .replace(CONTROL, ' ')
    .trim()
  return line.length > most ? `${line.slice(0, most - 1)}…` : line
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences of terminals are what is removed.
const ANSI = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?)/g
const CONTROL = /[\p{Cc}\p{Bidi_Control}]+/gu

/** Columns of equal width, two spaces apart. */
export function table(rows: string[][]): string[] {
  const widths: number[] = []
  for (const row of rows) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length)
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
