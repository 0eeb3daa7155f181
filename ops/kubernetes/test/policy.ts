/**
 * Evaluates NetworkPolicies for pods of one namespace, as a network plugin does: once a policy selects a pod, only what some policy
 * of that direction allows is open; a connection needs both its ends.
 */
import type { INetworkPolicy, INetworkPolicyPeer } from 'kubernetes-models/networking.k8s.io/v1'

type Labels = Record<string, string>
type LabelSelector = NonNullable<INetworkPolicyPeer['podSelector']>
type Direction = 'Ingress' | 'Egress'

/** Whether a pod with the labels `from` may open a connection to `port` of a pod with the labels `to`. */
export function isOpen(policies: readonly INetworkPolicy[], from: Labels, to: Labels, port: number): boolean {
  return allows(policies, 'Egress', from, to, port) && allows(policies, 'Ingress', to, from, port)
}

function allows(policies: readonly INetworkPolicy[], direction: Direction, own: Labels, peer: Labels, port: number) {
  const selecting = policies.filter(({ spec }) => {
    return spec?.policyTypes?.includes(direction) && selects(spec.podSelector ?? {}, own)
  })
  if (selecting.length === 0) return true
  return selecting.some(({ spec }) =>
    rulesOf(spec, direction).some(({ peers, ports }) => {
      const isPort = ports.length === 0 || ports.some((one) => one.port === port)
      return isPort && (peers.length === 0 || peers.some((one) => isPeer(one, peer)))
    }),
  )
}

function rulesOf(spec: INetworkPolicy['spec'], direction: Direction) {
  return direction === 'Ingress'
    ? (spec?.ingress ?? []).map(({ from = [], ports = [] }) => ({ peers: from, ports }))
    : (spec?.egress ?? []).map(({ to = [], ports = [] }) => ({ peers: to, ports }))
}

/** A peer of another namespace is none of ours. */
function isPeer({ podSelector, namespaceSelector }: INetworkPolicyPeer, labels: Labels): boolean {
  return namespaceSelector === undefined && podSelector !== undefined && selects(podSelector, labels)
}

function selects({ matchLabels = {}, matchExpressions = [] }: LabelSelector, labels: Labels): boolean {
  const isEqual = Object.entries(matchLabels).every(([key, value]) => labels[key] === value)
  return (
    isEqual &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      if (operator !== 'In') throw new Error(`The operator ${operator} is not evaluated here. Use In, or add it.`)
      return values.includes(labels[key] ?? '')
    })
  )
}
