/**
 * The small shop on the real engine, under a name and port of its own, and `pnpm rollout` as a person runs it.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@lab/test-kit/free-port'
import { execa } from 'execa'
import { stringify } from 'yaml'

const main = join(import.meta.dirname, '../src/main.ts')

export interface SmallShop {
  readonly name: string
  readonly url: string
  readonly secrets: string
  /** Runs to the end; `code` is the exit code, `text` all that was printed. */
  rollout(...args: string[]): Promise<{ code: number | undefined; text: string }>
  /** Starts it without waiting, to do something to it meanwhile. */
  begin(...args: string[]): ReturnType<typeof start>
  docker(...args: string[]): Promise<string>
  /** The id of a running container of the platform. */
  platform(service: string): Promise<string>
  /** What the public port answers: the release, and what the database holds. */
  ask(): Promise<{ release: string; data: string }>
  status(): Promise<{ serving?: string; kept: string[]; running: string[]; changing?: string; smoke: string }>
  remove(): Promise<void>
}

/** `changes` are lines of the host file that differ. */
export async function openShop(changes: Readonly<Record<string, unknown>> = {}): Promise<SmallShop> {
  const folder = await mkdtemp(join(tmpdir(), 'small-shop-'))
  const port = await freePort()
  const name = `shop${port}`
  const url = `http://127.0.0.1:${port}`
  const hostFile = join(folder, 'host.yaml')
  await writeFile(join(folder, 'password'), 'secret')
  const host = {
    name,
    engine: 'local',
    url,
    publish: `127.0.0.1:${port}`,
    registry: 'rollout-test',
    pull: false,
    proxy: 'rollout-test/proxy:latest',
    secrets: folder,
    compose: join(import.meta.dirname, 'shop/compose.yaml'),
    smoke: [{ path: '/data', contains: 'release' }],
    watch: { seconds: 1, errors: 0.05, requests: 10 },
    database: { service: 'database', dump: ['/node', '/app.mjs', 'dump'], restore: ['/node', '/app.mjs', 'restore'] },
    ...changes,
  }
  await writeFile(hostFile, stringify(host))
  const begin = (...args: string[]) => start(hostFile, args)
  const docker = async (...args: string[]) => (await execa('docker', args)).stdout
  const labelled = (project: string) => ['--filter', `label=com.docker.compose.project=${name}-${project}`]

  return {
    name,
    url,
    secrets: folder,
    begin,
    docker,
    async rollout(...args) {
      const { exitCode, all } = await begin(...args)
      return { code: exitCode, text: all }
    },
    async platform(service) {
      return docker('ps', '-q', ...labelled('platform'), '--filter', `label=com.docker.compose.service=${service}`)
    },
    async ask() {
      const response = await fetch(`${url}/data`)
      return response.json() as Promise<{ release: string; data: string }>
    },
    async status() {
      return JSON.parse((await begin('status', '--json')).stdout)
    },
    async remove() {
      const ids = (await docker('ps', '-aq', '--filter', `name=^${name}-`)).split('\n').filter(Boolean)
      if (ids.length > 0) await docker('rm', '--force', '--volumes', ...ids)
      const volumes = (await docker('volume', 'ls', '-q', '--filter', `name=^${name}-`)).split('\n').filter(Boolean)
      if (volumes.length > 0) await docker('volume', 'rm', '--force', ...volumes)
      await docker('network', 'rm', name).catch(() => undefined)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function start(hostFile: string, args: readonly string[]) {
  return execa(process.execPath, [main, '--host', hostFile, ...args], { all: true, reject: false })
}
