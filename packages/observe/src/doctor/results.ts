/**
 * The results of the doctor, in the order in which they are shown. Each problem comes with its remedy.
 */

export type CheckResult =
  | { level: 'ok' | 'note'; text: string }
  | { level: 'warning' | 'problem'; text: string; remedy: string }

/** A setting as it is in force. */
export interface Fact {
  name: string
  value: string
  /** What set it: a variable, a file, `default`. */
  origin: string
}

export interface Section {
  title: string
  facts?: Fact[]
  results: CheckResult[]
}

export function ok(text: string): CheckResult {
  return { level: 'ok', text }
}

export function note(text: string): CheckResult {
  return { level: 'note', text }
}

/** Not as it should be, but signals can arrive all the same. */
export function warning(text: string, remedy: string): CheckResult {
  return { level: 'warning', text, remedy }
}

/** Signals do not arrive. */
export function problem(text: string, remedy: string): CheckResult {
  return { level: 'problem', text, remedy }
}
