/**
 * What the console promises, next to what was measured.
 */

import type { PageFigures } from './page.ts'
import type { Timing } from './queries.ts'
import type { Sustained } from './sustained.ts'

/** The screens that the promise names; the others are measured with them. */
const PROMISED = /^(service page|one trace|traces:|logs:)/
const milliseconds = { query: 300, firstPaint: 1000, spanOnScreen: 2000, frame: 50 }
const MOST_RESIDENT = 400

export interface Verdicts {
  [goal: string]: 'met' | 'missed'
}

export function verdictsOf(ingest?: Sustained, queries?: Timing[], page?: PageFigures): Verdicts {
  const verdicts: Verdicts = {}
  const check = (goal: string, met: boolean) => {
    verdicts[goal] = met ? 'met' : 'missed'
  }
  if (ingest) {
    const { sent, stored, seconds, wanted, peakResident } = ingest
    check('nothing is lost', JSON.stringify(sent) === JSON.stringify(stored))
    check('the load was kept up', seconds <= wanted * 1.02)
    check(`under ${MOST_RESIDENT} MB resident`, peakResident < MOST_RESIDENT)
  }
  if (queries) {
    const slow = queries.filter(({ what, median }) => PROMISED.test(what) && median >= milliseconds.query)
    check(`service page, trace and searches under ${milliseconds.query} ms at the median`, slow.length === 0)
  }
  if (page) {
    check(`first paint under ${milliseconds.firstPaint} ms`, page.firstPaint.median < milliseconds.firstPaint)
    check(
      `a span is on the screen within ${milliseconds.spanOnScreen} ms`,
      page.spanOnScreen.max < milliseconds.spanOnScreen,
    )
    check(`19 of 20 frames within ${milliseconds.frame} ms`, page.scrollFrame.p95 <= milliseconds.frame)
  }
  return verdicts
}
