/**
 * Examples of alerts on one instance of the first service, scraped every 30 s for 15 minutes.
 */

import type { Settings } from '../options.ts'
import type { Example, ExpectedAlert, FiringExample } from './alert.ts'

type SeriesOf = (labels: string) => Record<string, string>

/** An example on which the alert stays quiet. `seriesOf` gets the labels of the instance, in PromQL. */
export function example({ services }: Settings, when: string, seriesOf: SeriesOf): Example {
  const [job = ''] = services
  return { when, job, step: '30s', at: '15m', series: seriesOf(`job="${job}",instance="one"`) }
}

/** An example on which the alert fires, with what an operator then reads. */
export function firing(
  settings: Settings,
  when: string,
  seriesOf: SeriesOf,
  expectedOf: (job: string) => ExpectedAlert,
): FiringExample {
  const fires = example(settings, when, seriesOf)
  return { ...fires, expected: expectedOf(fires.job) }
}
