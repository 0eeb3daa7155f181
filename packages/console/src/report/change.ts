/**
 * One difference between two periods, as a comparison lists it.
 */
import type { Step } from './report.ts'

/** One difference, with what it weighs against the others. */
export interface Change {
  text: string
  weight: number
  step: Step | null
}
