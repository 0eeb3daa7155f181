/**
 * The thresholds of the load tests are the objectives that Prometheus alerts on.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { objectives, thresholdsOf } from '../scenarios/objectives.ts'

const rules = z
  .object({
    groups: z.array(
      z.object({
        rules: z.array(
          z.looseObject({
            record: z.string().optional(),
            labels: z.record(z.string(), z.string()).optional(),
            expr: z.string(),
          }),
        ),
      }),
    ),
  })
  .parse(parse(readFileSync(join(import.meta.dirname, '../../../ops/prometheus/rules/slo.yml'), 'utf8')))
  .groups.flatMap((group) => group.rules)

function objectiveOf(slo: string): number[] {
  const found = rules.filter(({ record, labels }) => record === 'job_slo:objective:ratio' && labels?.slo === slo)
  return [...new Set(found.map(({ expr }) => Number(/vector\((.*)\)/.exec(expr)?.[1])))]
}

test('availability and latency are those of ops/prometheus/rules/slo.yml', () => {
  expect(objectiveOf('availability')).toEqual([objectives.availability])
  expect(objectiveOf('latency')).toEqual([objectives.latency.share])
  const within = rules
    .filter(({ labels }) => labels?.slo === 'latency')
    .flatMap(({ expr }) => Array.from(expr.matchAll(/le="([^"]+)"/g), ([, le]) => Number(le)))
  expect(new Set(within)).toEqual(new Set([objectives.latency.seconds]))
})

test('every scenario has a threshold on dropped arrivals', () => {
  expect(thresholdsOf()).toEqual({
    http_reqs: ['count>0'],
    checks: ['rate==1'],
    dropped_iterations: ['count==0'],
    http_req_failed: ['rate<=0.001'],
    http_req_duration: ['p(99)<=500'],
  })
})
