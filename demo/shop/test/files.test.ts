/**
 * Holds every file that names the services against their description. A failure says which file, and what to do.
 */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { composeFile } from '../src/compose.ts'
import { generatedFiles, root } from '../src/files.ts'
import {
  ALERT_RECEIVER,
  CONTAINER_METRICS_PORT,
  metricsPortVariable,
  portVariable,
  type ServiceDescription,
  services,
} from '../src/services.ts'

function read(path: string): string {
  return existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : ''
}

test.each(generatedFiles())('$path is what demo/shop/src/services.ts says', ({ path, text }) => {
  expect(read(path) === text, `${path} is out of date: run pnpm --filter @demo/shop run generate`).toBe(true)
})

test('lines of compose.yaml that are not generated stay', () => {
  const text = read('ops/compose.yaml')
  const [before = ''] = text.split('  gateway:\n')
  const changed = text
    .replace('shop.purpose: places orders', 'shop.purpose: another')
    .replace('postgres:18', 'postgres:19')
  expect(composeFile(changed)).toBe(text.replace('postgres:18', 'postgres:19'))
  expect(() => composeFile(before)).toThrow('ops/compose.yaml does not have these two lines')
})

test('names and ports are distinct, and no service names one that there is not', () => {
  const names = services.map(({ name }) => name)
  const ports = services.flatMap(({ port, metricsPort }) => (port === undefined ? [metricsPort] : [port, metricsPort]))
  expect(new Set(names).size).toBe(names.length)
  expect(new Set(ports).size).toBe(ports.length)
  const named = services.flatMap(({ needs, calls }) => [...needs, ...calls])
  expect(named.filter((name) => !names.some((one) => one === name))).toEqual([])
})

/** What a file has to hold, word for word. */
interface Mention {
  readonly path: string
  readonly text: string
}

function mentionsOf({ name, port, metricsPort, database }: ServiceDescription): Mention[] {
  const requests = port === undefined ? '' : ` ${port} \`${portVariable(name)}\``
  const everywhere = [
    {
      path: 'demo/cli/README.md',
      text: `\n| ${name} |${requests} | ${metricsPort} \`${metricsPortVariable(name)}\` |\n`,
    },
    { path: 'ops/kubernetes/laptop/kustomization.yaml', text: `\n  - { name: observe-kit/${name}, newTag: dev }\n` },
  ]
  const server = [
    { path: 'ops/kubernetes/base/kustomization.yaml', text: `\n  - ${name}.yaml\n` },
    { path: `ops/kubernetes/base/${name}.yaml`, text: `\n  name: ${name}\n` },
    { path: 'ops/kubernetes/production/kustomization.yaml', text: `\n  - { name: observe-kit/${name}, ` },
  ]
  const migration = [{ path: 'ops/kubernetes/base/migrations.yaml', text: `\n  name: ${name}-migration\n` }]
  return [...everywhere, ...(port === undefined ? [] : server), ...(database ? migration : [])]
}

describe.each(services)('$name', (service) => {
  const { name, database } = service

  test('is a package whose program observes itself under that name', () => {
    expect(read(`demo/${name}/package.json`), `demo/${name}/package.json`).toContain(`"name": "@demo/${name}"`)
    const main = read(`demo/${name}/src/main.ts`)
    expect(main, `demo/${name}/src/main.ts`).toContain(`observe({ service: '${name}'`)
    expect(/\bmigrate\(\)/.test(main), `demo/${name}/src/main.ts has migrate() where it has a database`).toBe(
      database ?? false,
    )
  })

  test.each(mentionsOf(service))('is in $path', ({ path, text }) => {
    expect(read(path).includes(text), `${path} does not hold, with the description of ${name}: ${text.trim()}`).toBe(
      true,
    )
  })
})

test('Alertmanager sends to the service that takes alerts', () => {
  const { service, path } = ALERT_RECEIVER
  const { receivers } = parse(read('ops/alertmanager/alertmanager.yml'))
  const urls = receivers.flatMap((one: { webhook_configs?: { url: string }[] }) =>
    (one.webhook_configs ?? []).map(({ url }) => url),
  )
  expect(urls, 'ops/alertmanager/alertmanager.yml').toEqual([`http://${service}:${CONTAINER_METRICS_PORT}${path}`])
})
