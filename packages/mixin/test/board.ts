/**
 * Dashboards as Grafana reads them: what each of them asks, with its variables filled in.
 */

export interface Board {
  readonly uid: string
  readonly title: string
  readonly description: string
  readonly tags: readonly string[]
  readonly schemaVersion: number
  readonly panels: readonly BoardPanel[]
  readonly templating: { readonly list: readonly Variable[] }
  readonly annotations: {
    readonly list: readonly { readonly name: string; readonly expr: string; readonly datasource: Ref }[]
  }
  readonly links: readonly BoardLink[]
}

export interface BoardPanel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly description?: string
  readonly datasource?: Ref
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly targets?: readonly Target[]
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } }
  readonly options?: { readonly content?: string }
  readonly transformations?: readonly {
    readonly options: { readonly renameByName?: Readonly<Record<string, string>> }
  }[]
}

export interface Target {
  readonly refId: string
  readonly datasource: Ref
  readonly expr?: string
  readonly instant?: boolean
  readonly exemplar?: boolean
  readonly legendFormat?: string
  readonly queryType?: string
  readonly service?: string
  readonly tags?: string
}

export interface Variable {
  readonly name: string
  readonly type: string
  readonly query: string | { readonly query: string }
  readonly allValue?: string
  readonly multi?: boolean
  readonly datasource?: Ref
}

interface Ref {
  readonly type: string
  readonly uid: string
}

interface BoardLink {
  readonly title: string
  readonly url?: string
  readonly tags: readonly string[]
}

/** Something that a dashboard asks a datasource. */
export interface Question {
  /** Such as `Service / Requests / A`. */
  readonly name: string
  readonly description: string
  readonly source: string
  /** Of Jaeger: the service. */
  readonly expr: string
  readonly instant: boolean
  readonly exemplar: boolean
  /** Those that its legend or its columns show. */
  readonly labels: readonly string[]
  /** Of Jaeger: what its spans have, such as `error=true`. */
  readonly tags?: string
}

/** The dashboards among generated files. */
export function boardsOf(files: Readonly<Record<string, string>>): Board[] {
  const paths = Object.keys(files).filter((path) => path.startsWith('grafana/dashboards/'))
  return paths.map((path): Board => JSON.parse(files[path] ?? ''))
}

export function questionsOf(board: Board): Question[] {
  const panels = board.panels.flatMap((panel) =>
    (panel.targets ?? []).map((target) => questionOf(board, panel, target)),
  )
  const marks = board.annotations.list.map(({ name, expr, datasource }) => ({
    name: `${board.title} / marks / ${name}`,
    description: '',
    source: datasource.type,
    expr,
    instant: false,
    exemplar: false,
    labels: [],
  }))
  return [...panels, ...marks]
}

function questionOf(board: Board, panel: BoardPanel, target: Target): Question {
  const { title, description = '' } = panel
  const { refId, datasource, expr, service, tags, instant = false, exemplar = false, queryType } = target
  return {
    name: `${board.title} / ${title} / ${refId}`,
    description,
    source: datasource.type,
    expr: expr ?? service ?? '',
    instant: instant || queryType === 'instant',
    exemplar,
    labels: [...legendLabels(target), ...columnLabels(panel)],
    ...(tags && { tags }),
  }
}

function legendLabels({ legendFormat = '' }: Target): string[] {
  return Array.from(legendFormat.matchAll(/\{\{(\w+)\}\}/g), ([, name = '']) => name)
}

function columnLabels({ transformations = [] }: BoardPanel): string[] {
  const columns = transformations.flatMap(({ options }) => Object.keys(options.renameByName ?? {}))
  return columns.filter((name) => !name.startsWith('Value'))
}

/** What Grafana itself fills in, for scrapes every 5 s. */
const own: Readonly<Record<string, string>> = { __rate_interval: '20s', __range: '10m', __auto: '15s' }

/** The text as Grafana sends it, with `All` chosen wherever it can be. Throws for an undefined variable. */
export function filled(text: string, board: Board, chosen: Readonly<Record<string, string>> = {}): string {
  return text.replaceAll(/\$(\w+)/g, (_, name: string) => {
    const variable = board.templating.list.find((one) => one.name === name)
    const value = chosen[name] ?? own[name] ?? (variable && preset(variable))
    if (value === undefined) throw new Error(`${board.title} has no variable $${name}, of "${text}".`)
    return value
  })
}

function preset({ allValue, query, type }: Variable): string {
  return allValue ?? (type === 'textbox' ? '' : (textOf(query).split(',')[0] ?? ''))
}

export function textOf(query: Variable['query']): string {
  return typeof query === 'string' ? query : query.query
}
