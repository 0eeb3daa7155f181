/**
 * The workloads of an overlay in one shape, with what the tests ask of each.
 */
import type { IDeployment, IStatefulSet } from 'kubernetes-models/apps/v1'
import type { IJob } from 'kubernetes-models/batch/v1'
import type { IContainer, IPodSpec } from 'kubernetes-models/v1'
import type { Overlay } from './overlay.ts'

export interface Workload {
  kind: string
  name: string
  /** Labels of its pods. */
  labels: Record<string, string>
  pod: IPodSpec
  /** Its only container. */
  container: IContainer
  /** Its variables, with those of ConfigMaps filled in. */
  environment: Record<string, string>
}

export function workloadsOf(overlay: Overlay): Workload[] {
  return ['Deployment', 'StatefulSet', 'Job'].flatMap((kind) => {
    return overlay.ofKind<IDeployment | IStatefulSet | IJob>(kind).map((object) => workload(overlay, kind, object))
  })
}

export function workloadNamed(overlay: Overlay, name: string): Workload {
  const found = workloadsOf(overlay).find((one) => one.name === name)
  if (!found) throw new Error(`The overlay has no workload ${name}.`)
  return found
}

function workload(overlay: Overlay, kind: string, { metadata, spec }: IDeployment | IStatefulSet | IJob): Workload {
  const name = metadata?.name ?? ''
  const pod = spec?.template?.spec
  const [container, ...others] = pod?.containers ?? []
  if (!pod || !container || others.length > 0) throw new Error(`${kind} ${name}: expected a pod of one container.`)
  const labels = { ...spec?.template?.metadata?.labels }
  return { kind, name, labels, pod, container, environment: environmentOf(overlay, container) }
}

function environmentOf(overlay: Overlay, container: IContainer): Record<string, string> {
  const shared = (container.envFrom ?? []).map(({ configMapRef }) => dataOf(overlay, configMapRef?.name ?? ''))
  const own = (container.env ?? []).map(({ name, value, valueFrom }) => {
    const { name: map = '', key = '' } = valueFrom?.configMapKeyRef ?? {}
    return { [name]: value ?? (map ? (dataOf(overlay, map)[key] ?? '') : '') }
  })
  return Object.assign({}, ...shared, ...own)
}

function dataOf(overlay: Overlay, name: string): Record<string, string> {
  const maps = overlay.ofKind<{ metadata: { name: string }; data: Record<string, string> }>('ConfigMap')
  const found = maps.find(({ metadata }) => metadata.name === name)
  if (!found) throw new Error(`The overlay has no ConfigMap ${name}.`)
  return found.data
}
