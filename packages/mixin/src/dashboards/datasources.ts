/**
 * Datasources of the dashboards. None is named by its uid: each is a variable, which Grafana fills with the one of its type
 * that it has, and which the reader may change where there are several.
 */

import { type DataSourceRef, DatasourceVariableBuilder } from '@grafana/grafana-foundation-sdk/dashboard'

export type Source = 'prometheus' | 'loki' | 'jaeger'

const titles: Readonly<Record<Source, string>> = { prometheus: 'Prometheus', loki: 'Loki', jaeger: 'Jaeger' }

export function datasource(type: Source): DataSourceRef {
  return { type, uid: `\${${variableOf(type)}}` }
}

export function datasourceVariable(type: Source): DatasourceVariableBuilder {
  return new DatasourceVariableBuilder(variableOf(type)).label(`${titles[type]} data source`).type(type)
}

export function variableOf(type: Source): string {
  return `${type}_datasource`
}
