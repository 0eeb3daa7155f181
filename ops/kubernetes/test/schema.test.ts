/**
 * Every object of both overlays is one that the published definitions of its kind accept, unknown fields refused.
 */
import { describe, expect, test } from 'vitest'
import { buildOverlay, canBuild, overlayNames } from './overlay.ts'
import { strictProblems } from './strict.ts'

describe.skipIf(!canBuild)('overlays (needs kustomize or kubectl on PATH)', () => {
  test.each(overlayNames)('%s: every object is valid', async (name) => {
    const { documents } = await buildOverlay(name)
    expect(documents.length).toBeGreaterThan(50)
    expect(await strictProblems(documents)).toEqual([])
  })
})

describe('the validation itself', () => {
  const metadata = { name: 'orders' }
  const container = { name: 'orders', image: 'observe-kit/orders' }
  const pod = (spec: object) => ({ apiVersion: 'v1', kind: 'Pod', metadata, spec })

  test('accepts a pod', async () => {
    expect(await strictProblems([pod({ containers: [container] })])).toEqual([])
  })

  test('refuses a misspelt field, and says which', async () => {
    const misspelt = { ...container, readynessProbe: { httpGet: { port: 1 } } }
    expect(await strictProblems([pod({ containers: [misspelt] })])).toEqual([expect.stringContaining('readynessProbe')])
  })

  test('refuses a value of another type', async () => {
    const problems = await strictProblems([pod({ containers: [{ ...container, ports: [{ containerPort: '80' }] }] })])
    expect(problems.join('\n')).toContain('containerPort')
  })

  test('refuses an unknown field, and a wrong value, of a database cluster', async () => {
    const spec = { instances: 0, storage: { size: '1Gi' }, primaryUpdateStrategy: 'never', replicas: 3 }
    const cluster = { apiVersion: 'postgresql.cnpg.io/v1', kind: 'Cluster', metadata, spec }
    expect(await strictProblems([cluster])).toEqual([
      expect.stringContaining('/spec/instances: below 1'),
      expect.stringContaining('/spec/primaryUpdateStrategy: expected one of'),
      expect.stringContaining('/spec/replicas: is unknown'),
    ])
  })
})
