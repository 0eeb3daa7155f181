/**
 * `pnpm demo up`: from whatever is there to a shop where every health check is green. What it starts it also stops when
 * one of them fails, so that it leaves either a running shop or nothing new.
 */

import { withLock } from '../machine/lock.ts'
import { requireOwnFolder } from '../machine/ownership.ts'
import { resolvePorts } from '../machine/ports.ts'
import type { UpReport } from '../modes/mode.ts'
import type { Build, ServiceDescription } from '../shop/description.ts'
import { Failure } from '../terminal/failure.ts'
import { type Row, showProgress } from '../terminal/progress.ts'
import type { Host } from './host.ts'
import { startKeeper, stopKeeper } from './keeper-process.ts'
import { runInOrder, sorted, startOrder } from './order.ts'
import { fingerprintOf, startService } from './start.ts'
import { StateFile } from './state.ts'
import { stopService, stopWithProgress } from './stop.ts'
import { findMissing, requireFreePorts } from './survey.ts'

export async function up(host: Host, signal: AbortSignal): Promise<UpReport> {
  if (process.platform === 'win32') throw new Failure('Host mode needs Linux or macOS. On Windows run it in WSL.')
  await requireOwnFolder(host.home)
  return withLock(host.home, signal, async () => {
    const { home, shop, env } = host
    await shop.prepare?.()
    const ports = resolvePorts(shop.ports, env)
    const { services, notes } = await shop.describe({ ports })
    const state = await StateFile.read(home)
    await requireFreePorts(services, state)
    if (shop.build) await buildOutdated(shop.build, signal)
    const buildStamp = (await shop.build?.stamp()) ?? ''
    const missing = await findMissing(services, state, buildStamp)
    await state.setPorts(ports)
    await stopKeeper(state)
    try {
      await startAll({ services: missing, state, buildStamp, signal })
    } finally {
      // Also what ran before an `up` that failed is kept.
      if (state.processes.length > 0) await startKeeper(host, state)
    }
    return { started: missing.map(({ name }) => name), notes }
  })
}

async function buildOutdated(build: Build, signal: AbortSignal): Promise<void> {
  const packages = await build.outdated()
  if (packages.length === 0) return
  await showProgress([{ title: `build ${packages.join(', ')}`, work: () => build.run(packages, signal) }])
}

interface Start {
  readonly services: readonly ServiceDescription[]
  readonly state: StateFile
  readonly buildStamp: string
  readonly signal: AbortSignal
}

/** Starts the services; on the first failure gives up on the rest and stops what it had started. */
async function startAll({ services, state, buildStamp, signal }: Start): Promise<void> {
  const started: ServiceDescription[] = []
  const failed = new AbortController()
  const stopping = AbortSignal.any([signal, failed.signal])
  const order = startOrder(services)
  const runNext = runInOrder(order)

  async function startOne(service: ServiceDescription, onStep: (step: string) => void): Promise<void> {
    stopping.throwIfAborted()
    started.push(service)
    await stopService(service, state)
    await startService(service, { state, fingerprint: fingerprintOf(service, buildStamp), signal: stopping, onStep })
  }

  const rowOf = (service: ServiceDescription): Row => ({
    title: service.name,
    async work({ step, skip }) {
      const needs = order(service.name)
      if (needs.length > 0) step(`waiting for ${needs.join(', ')}`)
      try {
        await runNext(service.name, () => startOne(service, step))
        step('')
      } catch (error) {
        if (stopping.aborted) return skip('given up')
        failed.abort(error)
        throw error
      }
    },
  })

  try {
    await showProgress(sorted(services, order).map(rowOf))
    signal.throwIfAborted()
  } catch (error) {
    await stopWithProgress(started, state)
    throw error
  }
}
