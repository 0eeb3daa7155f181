/**
 * An alert as it is written here: its expression, its text, and two examples: series on which it fires, with the text that an
 * operator then reads, and series on which it stays quiet. Both are required, and both become promtool tests.
 */

export interface Alert {
  readonly name: string
  readonly severity: 'page' | 'ticket'
  readonly expr: string
  /** How long the expression has to hold, such as `5m`. */
  readonly for?: string
  /** Labels added to those of the expression. Templates do not see them: `$labels` has the expression's only. */
  readonly labels?: Readonly<Record<string, string>>
  /** One line, with templates of Prometheus. */
  readonly summary: string
  /** What it means and what to look at first. */
  readonly description: string
  readonly fires: FiringExample
  readonly quiet: Example
}

/** Series that Prometheus has scraped by the time of the test. */
export interface Example {
  /** What the example shows, as it ends a sentence: "fires when ...". */
  readonly when: string
  /** The service that the alert is, or is not, about. */
  readonly job: string
  /** Values by series, in promtool's notation: `0+60x10` begins at 0 and adds 60 ten times. */
  readonly series: Readonly<Record<string, string>>
  /** Time between two values. */
  readonly step: string
  readonly at: string
}

export interface FiringExample extends Example {
  readonly expected: ExpectedAlert
}

/** The alert as Alertmanager receives it, in the words that an operator reads. */
export interface ExpectedAlert {
  /** Labels in addition to `alertname`, `job` and `severity`. */
  readonly labels?: Readonly<Record<string, string>>
  readonly summary: string
  readonly description: string
}

export interface Recording {
  readonly record: string
  readonly expr: string
  readonly labels?: Readonly<Record<string, string>>
}

/** One file of rules: what it says at its top, its recordings, in groups that are evaluated in step, and its alerts. */
export interface RuleSet {
  readonly name: string
  readonly about: string
  readonly recordings: readonly RecordingGroup[]
  readonly alerts: readonly Alert[]
}

export interface RecordingGroup {
  readonly name: string
  /** How often, where it is not as often as all else. */
  readonly interval?: string
  readonly rules: readonly Recording[]
}
