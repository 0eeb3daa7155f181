/**
 * ops/compose.yaml for real, where a Docker engine answers and its images are available: built, started and queried as a user
 * would, next to any other shop. Grafana is left out where it alone is missing.
 */

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createComposeMode } from '@demo/cli/compose'
import { services as shopServices } from '@demo/shop'
import { eventually } from '@lab/test-kit/eventually'
import { ownShop } from '@lab/test-kit/own-shop'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { placeOrder } from './order.ts'
import { findTrace, queryLoki, queryPrometheus } from './queries.ts'
import { demo, readStatus } from './shop.ts'

const services = shopServices.map(({ name }) => name).toSorted()
const crossed = services.filter((name) => name !== 'traffic')
const arrival = 30_000
/** Building without a cache takes most of it. */
const upWithin = 480_000

const { home, env: own } = await ownShop()
const root = join(import.meta.dirname, '../..')
const cli = join(root, 'demo/cli/src/main.ts')
const project = `observe-kit-test-${process.pid}`
const everything = { ...own, COMPOSE_PROJECT_NAME: project, COMPOSE_PROFILES: 'grafana' }
const withoutGrafana = { ...everything, COMPOSE_PROFILES: '' }
const reason = await whyNot(everything)
const env = reason?.includes('grafana/grafana') ? withoutGrafana : everything
const obstacle = env === withoutGrafana ? await whyNot(withoutGrafana) : reason
if (env === withoutGrafana) console.log(`Compose is tested without Grafana: ${reason}.`)
if (obstacle) {
  console.log(`Compose is not tested: ${obstacle}.`)
  await rm(home, { recursive: true, force: true })
}

function whyNot(variables: Readonly<Record<string, string>>): Promise<string | undefined> {
  const mode = createComposeMode({
    root,
    home,
    env: { ...process.env, ...variables },
  })
  return mode.whyNot(new AbortController().signal)
}

function run(...argv: string[]) {
  return demo(env, ...argv)
}

async function docker(...args: string[]): Promise<string[]> {
  return (await execa('docker', args)).stdout.split('\n').filter((line) => line !== '')
}

function containers() {
  return docker('ps', '--all', '--quiet', '--filter', `label=com.docker.compose.project=${project}`)
}

function volumes() {
  return docker('volume', 'ls', '--quiet', '--filter', `label=com.docker.compose.project=${project}`)
}

describe.skipIf(obstacle !== undefined)('the shop with Compose', () => {
  let gateway: string
  let backend: (name: string) => string

  beforeAll(async () => {
    await run('up', '--mode', 'compose')
    const status = await readStatus(env)
    backend = (name) => status.services.find((one) => one.name === name)?.url ?? ''
    gateway = backend('gateway')
  }, upWithin)

  afterAll(async () => {
    await run('down', '--reset')
    await docker('image', 'rm', '--force', ...services.map((name) => `${project}/${name}:dev`))
    await rm(home, { recursive: true, force: true })
  })

  test('everything is healthy, in the shape of host mode', async () => {
    const { mode, services: parts } = await readStatus(env)
    expect(mode).toBe('compose')
    expect(parts.filter(({ healthy }) => !healthy)).toEqual([])
    expect(parts.filter(({ kind }) => kind === 'service').map(({ name }) => name)).toEqual(services)
    const backends = parts.filter(({ kind }) => kind === 'backend').map(({ name }) => name)
    expect(backends).toEqual(expect.arrayContaining(['alertmanager', 'jaeger', 'loki', 'postgres', 'prometheus']))
    for (const { metrics, name } of parts.filter((part) => part.metrics)) {
      expect({ name, status: (await fetch(metrics ?? '')).status }).toEqual({ name, status: 200 })
    }
    expect(await run('status')).toMatch(/ gateway +healthy +[1-9]\d* MB +\d+ % +http/)
  })

  test('an order is in all three backends, and in the logs', async () => {
    const traceId = await placeOrder(gateway)
    await eventually('its trace', arrival, async () => {
      const names = (await findTrace(backend('jaeger'), traceId)).map(({ service }) => service)
      expect(names).toEqual(expect.arrayContaining(crossed))
    })
    await eventually('its lines', arrival, async () => {
      const lines = await queryLoki(backend('loki'), `{service_name=~".+"} | trace_id="${traceId}"`)
      expect(lines.map(({ fields }) => fields.service_name)).toEqual(expect.arrayContaining(crossed))
    })
    await eventually('its count', arrival, async () => {
      const [sum] = await queryPrometheus(backend('prometheus'), 'sum(shop_orders_total{outcome="confirmed"})')
      expect(sum?.value).toBeGreaterThan(0)
    })
    const lines = (await run('logs', '--trace', traceId)).split('\n')
    for (const name of crossed) expect(lines.some((line) => line.startsWith(name))).toBe(true)
    expect(await run('logs', 'traffic', '--trace', traceId)).toBe('')
  })

  test('logs go on with what is written, until Ctrl-C', async () => {
    const following = execa(process.execPath, [cli, 'logs', 'gateway', '--follow', '--lines', '0'], {
      env,
      reject: false,
    })
    let traceId: string | undefined
    for await (const line of following) {
      // It follows from the first line of the traffic on.
      traceId ??= await placeOrder(gateway)
      if (line.includes(traceId.slice(0, 8))) following.kill('SIGINT')
    }
    expect((await following).signal).toBeUndefined()
  })

  test('every target of Prometheus is up, and it knows its Alertmanager', async () => {
    await eventually('all targets to be up', arrival, async () => {
      const targets = await queryPrometheus(backend('prometheus'), 'up == 1')
      const jobs = [...services, 'alertmanager', 'jaeger', 'loki', 'prometheus', 'spanmetrics']
      expect(targets.map(({ metric }) => metric.job).toSorted()).toEqual(jobs.toSorted())
    })
    await eventually('the Alertmanager', arrival, async () => {
      const [sum] = await queryPrometheus(backend('prometheus'), 'prometheus_notifications_alertmanagers_discovered')
      expect(sum?.value).toBe(1)
    })
  })

  test('a fault is switched from outside', async () => {
    await run('fault', 'payments-failing')
    // It lets a few payments through.
    await eventually('a failed order', arrival, () => expect(placeOrder(gateway)).rejects.toThrow('503'))
    await run('fault', 'payments-failing', 'off')
    await eventually('an order', arrival, () => placeOrder(gateway))
  })

  test('nothing runs as root, may write to its own files or is open beyond loopback', async () => {
    for (const id of await containers()) {
      const format = '{{.Name}} {{.State.Status}} {{.HostConfig.ReadonlyRootfs}} {{json .HostConfig.CapDrop}}'
      const [facts = ''] = await docker('inspect', '--format', format, id)
      expect(facts).toMatch(/^\S+ (running|exited) true \["ALL"\]$/)
      if (facts.includes(' exited ')) continue
      const [, ...users] = await docker('top', id, '-eo', 'pid,uid')
      expect({ facts, users: users.filter((user) => user.trim().endsWith(' 0')) }).toEqual({ facts, users: [] })
      const ports = await docker('port', id)
      for (const port of ports) expect(port).toMatch(/ -> 127\.0\.0\.1:\d+$/)
    }
  })

  test('PostgreSQL asks for the password', async () => {
    const url = `${backend('postgres').replace('//', '//shop:wrong@')}`
    const query = ['--env', `DATABASE_URL=${url.replace(/127\.0\.0\.1:\d+/, 'postgres:5432')}`]
    const args = [
      'run',
      '--rm',
      '--network',
      `${project}_default`,
      ...query,
      `${project}/inventory:dev`,
      'dist/main.js',
      'migrate',
    ]
    await expect(execa('docker', args, { all: true })).rejects.toMatchObject({
      all: expect.stringContaining('password authentication failed'),
    })
  })

  test('a second up changes nothing', async () => {
    const before = await containers()
    // It knows by which name it was started.
    const { COMPOSE_PROJECT_NAME: _, ...others } = env
    expect(await demo(others, 'up')).toContain('The shop is already up.')
    expect((await containers()).toSorted()).toEqual(before.toSorted())
  })

  test('damaged data: the backend is named with its words, and its data alone is deleted to start again', async () => {
    await run('down')
    expect(await containers()).toEqual([])
    const damage = `
      const { readdirSync, statSync, openSync, writeSync } = require('node:fs')
      for (const name of readdirSync('/loki', { recursive: true })) {
        const path = '/loki/' + name
        if (statSync(path).isFile()) writeSync(openSync(path, 'r+'), Buffer.alloc(Math.min(statSync(path).size, 4096), 0xab))
      }`
    const volume = `${project}_loki`
    await docker('run', '--rm', '--user', '0', '--volume', `${volume}:/loki`, `${project}/orders:dev`, '-e', damage)
    await expect(run('up', '--mode', 'compose')).rejects.toThrow(
      /loki did not start: .*Its last words.*(invalid|corrupt|magic).*pnpm(@12)? demo down --reset loki/s,
    )
    await run('down', '--reset', 'loki')
    const kept = await volumes()
    expect(kept).not.toContain(volume)
    expect(kept).toContain(`${project}_postgres`)
  })

  test('down --reset leaves no container and no volume', async () => {
    await run('up', '--mode', 'compose')
    await run('down', '--reset')
    expect(await containers()).toEqual([])
    expect(await volumes()).toEqual([])
  })
})
