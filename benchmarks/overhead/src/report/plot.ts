/** The plot: what each variant adds to the CPU time of a request, by framework, drawn by Vega-Lite. */
import { parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import { estimate, overhead } from './estimate.ts'
import type { Results, Row } from './results.ts'

/** Of the bars, in pixels. */
const WIDTH = 520

export function plotOf(results: Results, titles: Map<string, string>): Promise<string> {
  const name = (key: string): string => titles.get(key) ?? key
  const cpu = ({ costs }: Row): number[] => costs.map(({ cpuUs }) => cpuUs)
  const values = results.rows.flatMap((row) => {
    const bare = results.rows.find(({ framework, variant }) => framework === row.framework && variant === 'bare')
    if (bare === undefined) return []
    const { difference } = row === bare ? { difference: estimate([0]) } : overhead(cpu(row), cpu(bare))
    const { median, low, high } = difference
    return row === bare ? [] : [{ framework: name(row.framework), variant: name(row.variant), median, low, high }]
  })
  const variants = [...new Set(values.map(({ variant }) => variant))]
  const spec: TopLevelSpec = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title: { text: 'CPU time that each request costs more than with the bare app, in µs', anchor: 'start' },
    background: 'white',
    data: { values },
    facet: {
      row: {
        field: 'framework',
        title: null,
        sort: null,
        header: { labelAngle: 0, labelAlign: 'left', labelFontWeight: 'bold' },
      },
    },
    spec: {
      width: WIDTH,
      height: { step: 16 },
      encoding: { y: { field: 'variant', type: 'nominal', title: null, sort: variants, axis: { labelLimit: 300 } } },
      layer: [
        {
          mark: { type: 'bar' },
          encoding: {
            x: { field: 'median', type: 'quantitative', title: null },
            color: {
              condition: { test: "datum.variant === '@lab/observe'", value: '#0b7a75' },
              value: '#b8c4c2',
            },
          },
        },
        {
          mark: { type: 'rule', color: '#333333' },
          encoding: { x: { field: 'low', type: 'quantitative' }, x2: { field: 'high' } },
        },
        {
          mark: { type: 'text', align: 'left', dx: 6, fontSize: 10 },
          encoding: {
            x: { field: 'high', type: 'quantitative' },
            text: { field: 'median', type: 'quantitative', format: '.1f' },
          },
        },
      ],
    },
  }
  return new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG()
}
