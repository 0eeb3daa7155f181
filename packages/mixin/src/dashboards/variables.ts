/**
 * What the reader of a dashboard may choose.
 */

import {
  CustomVariableBuilder,
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard'
import type { Settings } from '../options.ts'
import { datasource } from './datasources.ts'

const all = { text: 'All', value: '$__all' }

/** One service. The names stand in the dashboard, so that one that is away can be chosen, too. */
export function serviceVariable({ services: [first = '', ...others] }: Settings): CustomVariableBuilder {
  return new CustomVariableBuilder('service')
    .label('Service')
    .values([first, ...others].join(','))
    .current({ text: first, value: first })
}

/** Some services, and all of them at first. */
export function servicesVariable({ services }: Settings): CustomVariableBuilder {
  // Loki refuses a selector that would match a stream without the label, so all of them are named.
  return several(new CustomVariableBuilder('service').label('Service').values(services.join(','))).allValue(
    services.join('|'),
  )
}

/** As Grafana's editor of variables calls "label values". */
const labelValues = { qryType: 1, refId: 'PrometheusVariableQueryEditor-VariableQuery' } as const

/** Some values of a label, of a series as it is in the time range; all of them at first. */
export function labelVariable(name: string, title: string, selector: string, label: string): QueryVariableBuilder {
  const query = `label_values(${selector},${label})`
  return several(new QueryVariableBuilder(name).label(title).datasource(datasource('prometheus')))
    .query({ ...labelValues, query })
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
}

/** Some of a few values, and all of them at first. */
export function choiceVariable(name: string, title: string, values: readonly string[]): CustomVariableBuilder {
  return several(new CustomVariableBuilder(name).label(title).values(values.join(',')))
}

export function textVariable(name: string, title: string): TextBoxVariableBuilder {
  return new TextBoxVariableBuilder(name).label(title).defaultValue('').current({ text: '', value: '' })
}

interface Multiple {
  multi(multi: boolean): this
  includeAll(includeAll: boolean): this
  allValue(value: string): this
  current(option: { text: string; value: string }): this
}

function several<V extends Multiple>(variable: V): V {
  return variable.multi(true).includeAll(true).allValue('.*').current(all)
}
