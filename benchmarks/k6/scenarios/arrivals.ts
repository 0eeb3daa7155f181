/**
 * An open model: shoppers arrive at a rate, however slow the shop is, so a slow shop gets no less load. The rate is in orders per minute;
 * for each order that is placed, two baskets are looked into, two shoppers look at the orders so far and four only browse. Of another target it is the rate of requests.
 */
import type { Options, RampingArrivalRateScenario, Stage } from 'k6/options'
import { thresholdsOf } from './objectives.ts'

/** One part of a run: the load at its end as a multiple of the rate, and its length as a share of the duration. */
export interface Part {
  load: number
  share: number
}

/** Journeys by how many begin for each order. */
const journeys: Record<string, number> =
  __ENV.TARGET_KIND === 'url' ? { visit: 1 } : { order: 1, basket: 2, history: 2, browse: 4 }

/** How long a journey may take before a shopper that arrives finds no free virtual user, in seconds. */
const TAKES = 2

export interface Shape {
  parts: readonly Part[]
  /** The load at the beginning as a multiple of the rate; by default that of the end of the first part. */
  from?: number
  /** Ends the run as soon as an objective is broken. */
  abort?: boolean
}

/** The options of a scenario. `rate` and `seconds` are its defaults; `--rate` and `--duration` change them. */
export function arrivals({ rate, seconds }: { rate: number; seconds: number }, shape: Shape): Options {
  const settings = { rate: Number(__ENV.RATE ?? rate), seconds: Number(__ENV.SECONDS ?? seconds) }
  const scenarios = Object.entries(journeys).map(([exec, each]) => [
    exec,
    journey(exec, each * settings.rate, settings.seconds, shape),
  ])
  return {
    scenarios: Object.fromEntries(scenarios),
    thresholds: thresholdsOf({ abort: shape.abort ?? false }),
    summaryTrendStats: ['avg', 'min', 'med', 'p(90)', 'p(95)', 'p(99)', 'p(99.9)', 'max'],
    discardResponseBodies: false,
  }
}

function journey(exec: string, perMinute: number, seconds: number, { parts, from }: Shape): RampingArrivalRateScenario {
  const peak = (perMinute / 60) * Math.max(...parts.map(({ load }) => load))
  const stages = parts.map(
    ({ load, share }): Stage => ({
      target: Math.round(perMinute * load),
      duration: `${Math.round(seconds * share * 1000)}ms`,
    }),
  )
  return {
    executor: 'ramping-arrival-rate',
    exec,
    timeUnit: '1m',
    startRate: Math.round(perMinute * (from ?? parts[0]?.load ?? 1)),
    stages,
    // All of them from the start: k6 drops the arrival for which it has to make another one.
    preAllocatedVUs: Math.ceil(peak * TAKES) + 5,
    gracefulStop: '15s',
  }
}
