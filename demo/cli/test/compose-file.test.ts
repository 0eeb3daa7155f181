/**
 * What ops/compose.yaml and the images promise, as far as the files alone show it; ops/test/compose.test.ts starts them.
 */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { defaultPorts } from '../src/shop/default-ports.ts'

const root = join(import.meta.dirname, '../../..')

function read(...names: string[]) {
  return readFile(join(root, ...names), 'utf8')
}

const textOf = await read('ops', 'compose.yaml')
const dockerfile = await read('ops', 'images', 'Dockerfile')

const strings = z.array(z.string()).default([])
const environment = z.record(z.string(), z.unknown()).default({})
const serviceSchema = z.object({
  image: z.string(),
  build: z.object({ dockerfile: z.string() }).optional(),
  ports: strings,
  volumes: strings,
  secrets: strings,
  command: strings,
  environment,
  labels: z.record(z.string(), z.string()).optional(),
  healthcheck: z.union([z.object({ test: z.array(z.string()) }), z.object({ disable: z.literal(true) })]).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  restart: z.string(),
  mem_limit: z.string(),
  pids_limit: z.number(),
  read_only: z.literal(true),
  cap_drop: z.tuple([z.literal('ALL')]),
  security_opt: z.tuple([z.literal('no-new-privileges:true')]),
  logging: z.object({ options: z.object({ 'max-size': z.string(), 'max-file': z.string() }) }),
})
type Service = z.infer<typeof serviceSchema>

/** Every service is small, may do nothing, and keeps bounded logs: the schema says so, and this parse holds it. */
const file = z
  .object({
    services: z.record(z.string(), serviceSchema),
    secrets: z.record(z.string(), z.object({ file: z.string() })),
    volumes: z.record(z.string(), z.null()),
  })
  .parse(parse(textOf, { merge: true }))
const services = Object.entries(file.services)
const all = services.map(([name, service]) => ({ name, service }))

test('the file says what it is for and for whom', () => {
  expect(textOf).toMatch(/^# The shop with all its backends as containers .* for someone who/)
})

test.for(all)(
  '$name publishes ports on loopback only, each moved by a variable with the default of host mode',
  ({ service }) => {
    const known: Readonly<Record<string, number>> = { ...defaultPorts, DEMO_GRAFANA_PORT: 3000 }
    for (const port of service.ports) {
      const [, variable = '', usual] = /^127\.0\.0\.1:\$\{(DEMO_\w+_PORT):-(\d+)\}:\d+$/.exec(port) ?? []
      expect({ port, usual: Number(usual) }).toEqual({ port, usual: known[variable] })
    }
  },
)

test.for(all)(
  'the addresses of $name in `status` are ports that it publishes',
  ({ service: { labels = {}, ports } }) => {
    const addresses = Object.entries(labels).filter(([name]) => /^shop\.(page|api|metrics)$/.test(name))
    for (const [, address] of addresses) {
      const [published] = /127\.0\.0\.1:\$\{.+?\}/.exec(address) ?? ['none']
      expect(ports.some((port) => port.startsWith(`${published}:`))).toBe(true)
    }
  },
)

test.for(all)('$name is known to be healthy, or to have ended well', ({ name, service }) => {
  if (service.build) return expect(dockerfile).toMatch(/^HEALTHCHECK .* CMD \["\/nodejs\/bin\/node", /m)
  if (service.healthcheck && 'test' in service.healthcheck) return expect(service.healthcheck.test[0]).toBe('CMD')
  const conditions = services.flatMap(([, other]) => other.depends_on[name]?.condition ?? [])
  return expect(conditions).toEqual(['service_completed_successfully'])
})

test.for(all)('$name starts after what it needs, and no earlier', ({ service: { depends_on } }) => {
  for (const [needed, { condition }] of Object.entries(depends_on)) {
    const ends = needed.endsWith('-migration')
    expect({ needed, condition }).toEqual({
      needed,
      condition: ends ? 'service_completed_successfully' : 'service_healthy',
    })
  }
})

test.for(all)('the image of $name is one version, or built here', ({ service: { image, build } }) => {
  const isOurs = all.some(({ service }) => service.build && service.image === image)
  if (build) expect(build.dockerfile).toBe('ops/images/Dockerfile')
  if (!isOurs) expect(image).toMatch(/^[\w./-]+:v?\d+\.\d+(\.\d+)?(-\w+)?$/)
})

test('Prometheus, Loki and Alertmanager keep what they get in volumes of their own, and configuration is read only', () => {
  const mounts = services.flatMap(([, { volumes }]) => volumes)
  for (const mount of mounts) expect(mount).toMatch(/^(\.\/[\w./-]+:\/[\w./-]+:ro|[a-z]+:\/[\w./-]+)$/)
  const named = mounts.filter((mount) => !mount.startsWith('.')).map((mount) => mount.split(':')[0])
  expect(named.toSorted()).toEqual(Object.keys(file.volumes).toSorted())
})

test('there is no secret in the file: passwords come from files that `pnpm demo up` makes', () => {
  const settings = services.flatMap(([, service]) => Object.entries(service.environment))
  const secret = settings.filter(([name]) => /PASS|SECRET|TOKEN|DATABASE_URL/.test(name))
  expect(secret.length).toBeGreaterThan(0)
  for (const [name, value] of secret) expect(`${name}=${value}`).toMatch(/_FILE=\/run\/secrets\/[a-z-]+$/)
  expect(textOf).not.toMatch(/:\/\/\w+:\w+@/)
  for (const { file: path } of Object.values(file.secrets)) {
    expect(path).toMatch(/^\$\{DEMO_HOME:-\.\.\/\.demo\}\/compose\/secrets\//)
  }
})

test('what is kept is bounded', async () => {
  const setting = async (name: string) => parse(await read('ops', name))
  const prometheus = z
    .object({ storage: z.object({ tsdb: z.object({ retention: z.object({ time: z.string(), size: z.string() }) }) }) })
    .parse(await setting('prometheus/prometheus.yml'))
  expect(prometheus.storage.tsdb.retention).toEqual({ time: '2d', size: '1GB' })
  const loki = z
    .object({
      compactor: z.object({ retention_enabled: z.literal(true) }),
      limits_config: z.object({ retention_period: z.string() }),
    })
    .parse(await setting('loki/loki.yml'))
  expect(loki.limits_config.retention_period).toBe('24h')
  expect(await read('ops', 'jaeger/jaeger.yml')).toMatch(/ttl:\n\s+spans: 24h/)
  expect(file.services.alertmanager?.command).toContain('--data.retention=24h')
})

test('Prometheus scrapes every service that says where its metrics are', async () => {
  const targets = z
    .array(z.object({ targets: z.tuple([z.string()]), labels: z.object({ job: z.string() }) }))
    .parse(parse(await read('ops', 'prometheus/targets/services.yml')))
  const jobs = targets.map(({ targets: [target], labels }) => `${labels.job} at ${target}`)
  const ours = services.filter(([, { labels }]) => labels?.['shop.kind'] === 'service')
  expect(jobs.toSorted()).toEqual(ours.map(([name]) => `${name} at ${name}:9464`).toSorted())
})

test('every variable is explained', async () => {
  const readme = await read('demo', 'cli', 'README.md')
  const used = new Set(Array.from(textOf.matchAll(/\$\{(\w+)[:}]/g), ([, name = '']) => name))
  expect(used.size).toBeGreaterThan(10)
  for (const name of used) expect(name.endsWith('_PORT') ? readme : textOf).toMatch(new RegExp(`(\`|#   )${name}\\b`))
})

describe('the images', () => {
  test('are built with the Node.js and the pnpm of the repository, and run on the same major version', async () => {
    const node = /^ {2}node: ((\d+)\..+)$/m.exec(await read('pnpm-workspace.yaml'))
    const { packageManager } = z.object({ packageManager: z.string() }).parse(JSON.parse(await read('package.json')))
    expect(dockerfile).toContain(`FROM node:${node?.[1]}-`)
    expect(dockerfile).toContain(`FROM gcr.io/distroless/nodejs${node?.[2]}-`)
    expect(dockerfile).toContain(` ${packageManager}\n`)
  })

  test('run as an unprivileged user, without a shell', () => {
    const [, last = ''] = /(FROM [^\n]+distroless[\s\S]+)$/.exec(dockerfile) ?? []
    expect(last).toMatch(/^USER nonroot$/m)
    expect(last).not.toMatch(/^(RUN|SHELL|HEALTHCHECK [^\n]*CMD [^[])/m)
  })

  test('have what their services keep next to the program', async () => {
    const names = all.filter(({ service }: { service: Service }) => service.build).map(({ name }) => name)
    for (const name of names) {
      const { files } = z.object({ files: strings }).parse(JSON.parse(await read('demo', name, 'package.json')))
      expect(files).toContain('dist')
    }
  })
})

test('Compose takes the file, where there is Compose', async ({ skip }) => {
  const { exitCode } = await execa('docker', ['compose', 'version'], { reject: false })
  if (exitCode !== 0) return skip('there is no `docker compose` on this machine')
  const args = ['compose', '--file', join(root, 'ops', 'compose.yaml'), 'config', '--quiet']
  expect((await execa('docker', args, { all: true, reject: false })).all).toBe('')
})
