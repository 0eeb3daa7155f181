/**
 * The charts of the report, drawn by Vega-Lite as SVG: grey text and a transparent ground, so that they read on light and on dark pages and in print.
 */
import { parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'

const GREY = '#808080'
/** Colours that can be distinguished by people who see few colours. https://jfly.uni-koeln.de/color/ */
const COLOURS = ['#0072b2', '#e69f00', '#009e73', '#d55e00', '#cc79a7', '#56b4e9', '#999999']

const config: TopLevelSpec['config'] = {
  background: 'transparent',
  font: 'system-ui, sans-serif',
  range: { category: COLOURS },
  view: { stroke: null },
  axis: {
    labelColor: GREY,
    titleColor: GREY,
    gridColor: GREY,
    gridOpacity: 0.25,
    domainColor: GREY,
    tickColor: GREY,
    titleFontWeight: 'normal',
  },
  legend: { labelColor: GREY, titleColor: GREY, orient: 'bottom', title: null },
  title: { color: GREY, anchor: 'start', fontWeight: 'normal', fontSize: 12 },
}

const WIDTH = 620

export interface Point {
  x: number
  y: number
  series: string
}

export interface LineOptions {
  x: string
  y: string
  title?: string
  height?: number
  /** For values of very different size. */
  isLog?: boolean
}

export function lines(
  points: readonly Point[],
  { x, y, title, height = 170, isLog = false }: LineOptions,
): Promise<string> {
  return draw({
    ...(title && { title }),
    width: WIDTH,
    height,
    data: { values: [...points] },
    mark: { type: 'line', strokeWidth: 1.6, clip: true },
    encoding: {
      x: { field: 'x', type: 'quantitative', title: x, axis: { grid: false } },
      y: { field: 'y', type: 'quantitative', title: y, scale: isLog ? { type: 'log' } : { zero: true } },
      color: { field: 'series', type: 'nominal', sort: null },
    },
  })
}

export interface Bar {
  name: string
  value: number
  low: number
  high: number
}

/** Bars with their intervals; a vertical line at 1 where values are factors. */
export function bars(values: readonly Bar[], x: string): Promise<string> {
  return draw({
    width: WIDTH - 120,
    height: { step: 20 },
    data: { values: [...values] },
    encoding: { y: { field: 'name', type: 'nominal', title: null, sort: null, axis: { labelLimit: 260 } } },
    layer: [
      {
        mark: { type: 'bar', color: COLOURS[0] ?? GREY },
        encoding: { x: { field: 'value', type: 'quantitative', title: x, scale: { zero: true } } },
      },
      {
        mark: { type: 'rule', color: GREY },
        encoding: { x: { field: 'low', type: 'quantitative' }, x2: { field: 'high' } },
      },
    ],
  })
}

/** Measured points with a fitted curve. */
export function fitted(
  measured: readonly { x: number; y: number }[],
  curve: readonly { x: number; y: number }[],
  x: string,
  y: string,
): Promise<string> {
  return draw({
    width: WIDTH,
    height: 220,
    encoding: { x: { field: 'x', type: 'quantitative', title: x }, y: { field: 'y', type: 'quantitative', title: y } },
    layer: [
      { data: { values: [...measured] }, mark: { type: 'point', color: COLOURS[0] ?? GREY, filled: true } },
      { data: { values: [...curve] }, mark: { type: 'line', color: COLOURS[3] ?? GREY } },
    ],
  })
}

async function draw(spec: object): Promise<string> {
  const whole = { $schema: 'https://vega.github.io/schema/vega-lite/v6.json', config, ...spec } as TopLevelSpec
  return new View(parse(compile(whole).spec), { renderer: 'none' }).toSVG()
}
