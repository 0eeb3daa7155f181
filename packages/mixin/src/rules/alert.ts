/**
 * An alert as it is written here: what it looks for, what it tells, and two examples, one on which it has to fire and one
 * on which it has to stay quiet. Without both there is no alert.
 */

export interface Alert {
  readonly name: string
  readonly severity: 'page' | 'ticket'
  readonly expr: string
  /** How long the expression has to hold, such as `5m`. */
  readonly for?: string
  /** Labels besides those of the expression. */
  readonly labels?: Readonly<Record<string, string>>
  /** One line, with templates of Prometheus. */
  readonly summary: string
  /** What it means and what to look at first. */
  readonly description: string
  readonly fires: Example
  readonly quiet: Example
}

/** What Prometheus has seen by the time it is asked. */
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
