/**
 * Deployments on a real Docker engine, where one answers: good days, and each bad one. Whatever happens, one version serves afterwards,
 * and the message says which and what to do.
 */

import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { buildBases, buildRelease, whyNot } from './engine.ts'
import { enter } from './requests.ts'
import { openShop, type SmallShop } from './small-shop.ts'

const SOON = { timeout: 120_000 }

/** A machine that builds something else meanwhile takes minutes for what takes seconds. */
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 })

const obstacle = await whyNot()
if (obstacle) console.log(`Roll-outs are not tested: ${obstacle}.`)

describe.skipIf(obstacle !== undefined)('a roll-out', () => {
  let shop: SmallShop

  beforeAll(async () => {
    await buildBases()
    for (const name of ['one', 'two', 'three', 'four', 'five', 'six']) await buildRelease(name)
    for (const fault of ['crash', 'unready', 'smoke', 'errors', 'migration']) await buildRelease(fault, fault)
    shop = await openShop()
    expect(await shop.rollout('--release', 'one')).toMatchObject({ code: 0 })
  })
  afterAll(() => shop?.remove())

  /** After a failure: the same release serves, nothing of the other one is left, and no lock. */
  async function expectServing(release: string) {
    expect((await shop.ask()).release).toBe(release)
    const status = await shop.status()
    expect(status).toMatchObject({ serving: release, running: [release], smoke: 'passes' })
    expect(status.changing).toBeUndefined()
  }

  test('two releases back and forth: no user sees an error', async () => {
    const users = enter(shop.url, 100)
    const forth = await shop.rollout('--release', 'two')
    expect(forth).toMatchObject({ code: 0, text: expect.stringContaining('two serves') })
    const back = await shop.rollout('back')
    expect(back).toMatchObject({ code: 0, text: expect.stringContaining('one serves again') })
    // A way back from the way back.
    expect(await shop.rollout('back')).toMatchObject({ code: 0 })
    const { sent, failures } = await users.leave()
    expect(failures).toEqual([])
    expect(sent).toBeGreaterThan(300)
    await expectServing('two')
    expect(await shop.rollout('--release', 'two')).toMatchObject({
      code: 0,
      text: 'two serves already; nothing was changed',
    })
  })

  test('an image that does not start is refused, with its last lines', async () => {
    const { code, text } = await shop.rollout('--release', 'crash')
    expect(code).toBe(1)
    expect(text).toContain('crash was not deployed: gateway ended')
    expect(text).toContain('cannot read the configuration of this release')
    expect(text).toContain('two serves.')
    await expectServing('two')
  })

  test('an image that is never ready is refused', async () => {
    const { code, text } = await shop.rollout('--release', 'unready')
    expect(code).toBe(1)
    expect(text).toContain('unready was not deployed: gateway is unhealthy')
    expect(text).toContain('not ready: 503')
    await expectServing('two')
  })

  test('a failed smoke test takes the release back', async () => {
    const { code, text } = await shop.rollout('--release', 'smoke')
    expect(code).toBe(1)
    expect(text).toContain('smoke was taken back: the smoke test failed: /data: status 404 instead of 200')
    await expectServing('two')
  })

  test('errors in the first minutes, as Prometheus has them, take the release back', async () => {
    const watched = await openShop({ watch: { seconds: 40, errors: 0.05, requests: 20 }, smoke: [{ path: '/' }] })
    try {
      expect(await watched.rollout('--release', 'one')).toMatchObject({ code: 0 })
      const timer = setInterval(() => fetch(`${watched.url}/data`).catch(() => undefined), 50)
      const { code, text } = await watched.rollout('--release', 'errors').finally(() => clearInterval(timer))
      expect(code).toBe(1)
      expect(text).toMatch(/errors was taken back: \d\d?\.\d % of \d+ requests failed, more than 5\.0 %/)
      expect((await watched.ask()).release).toBe('one')
    } finally {
      await watched.remove()
    }
  })

  test('a migration that fails half-way stops the roll-out, and its data comes back by restore', async () => {
    const before = (await shop.ask()).data
    const { code, text } = await shop.rollout('--release', 'migration')
    expect(code).toBe(1)
    expect(text).toContain('migration was not deployed: gateway-migration ended with code 1')
    expect(text).toContain('already has a column "paid"')
    await expectServing('two')
    expect((await shop.ask()).data).toBe(`${before}migration;`)
    const [, backup = ''] = /rollout restore (\S+)`/.exec(text) ?? []
    expect(await shop.rollout('restore', backup)).toMatchObject({ code: 0 })
    expect(await shop.ask()).toEqual(expect.objectContaining({ release: 'two', data: before }))
    const unknown = await shop.rollout('restore', 'yesterday')
    expect(unknown).toMatchObject({ code: 1, text: expect.stringContaining('There is no backup "yesterday"') })
    await expectServing('two')
  })

  test('a missing secret changes nothing', async () => {
    await rm(join(shop.secrets, 'password'))
    const { code, text } = await shop.rollout('--release', 'three')
    await writeFile(join(shop.secrets, 'password'), 'secret')
    expect(code).toBe(1)
    expect(text).toContain(`The secret ${shop.secrets}/password is not on the host. Nothing was changed.`)
    await expectServing('two')
  })

  test('an image that is not there, and a name that is none', async () => {
    expect(await shop.rollout('--release', 'absent')).toMatchObject({
      code: 1,
      text: expect.stringContaining('The engine has no image rollout-test/gateway:absent'),
    })
    expect(await shop.rollout('--release', 'No Name')).toMatchObject({
      code: 1,
      text: expect.stringContaining('"No Name" is no name of a release'),
    })
    await expectServing('two')
  })

  test('of two at once the second is refused, and says who is first', async () => {
    const first = shop.begin('--release', 'three')
    await expect.poll(() => shop.docker('ps', '-aq', '--filter', `name=^${shop.name}-rollout-lock$`), SOON).not.toBe('')
    const second = await shop.rollout('--release', 'four')
    expect(second.code).toBe(1)
    expect(second.text).toMatch(
      /is being changed: roll-out of three, by .+ since .+\. Nothing was changed by this command/,
    )
    expect((await first).exitCode).toBe(0)
    await expectServing('three')
  })

  test('a run that is cut off in the middle leaves the old release serving; unlock, and the next one completes it', async () => {
    const cut = shop.begin('--release', 'four')
    await expect.poll(() => shop.docker('ps', '-aq', '--filter', `name=^${shop.name}-four-`), SOON).not.toBe('')
    cut.kill('SIGKILL')
    await cut
    expect((await shop.ask()).release).toBe('three')
    expect(await shop.rollout('--release', 'four')).toMatchObject({
      code: 1,
      text: expect.stringContaining('`rollout unlock`'),
    })
    expect(await shop.rollout('unlock')).toMatchObject({ code: 0, text: expect.stringContaining('roll-out of four') })
    expect(await shop.rollout('--release', 'four')).toMatchObject({ code: 0 })
    await expectServing('four')
  })

  test('interrupted, it cleans up after itself', async () => {
    const run = shop.begin('--release', 'five')
    await expect.poll(() => shop.docker('ps', '-aq', '--filter', `name=^${shop.name}-five-`), SOON).not.toBe('')
    run.kill('SIGTERM')
    const { exitCode, all } = await run
    expect(exitCode).toBe(1)
    expect(all).toContain('five was not deployed: it was interrupted\nfour serves.')
    await expectServing('four')
  })

  test('the proxy dies in the middle: it comes back by itself, with the release that served', async () => {
    const run = shop.begin('--release', 'six')
    await expect.poll(() => shop.docker('ps', '-aq', '--filter', `name=^${shop.name}-six-`), SOON).not.toBe('')
    const proxy = await shop.platform('proxy')
    // From inside, as a crash: what an operator kills stays down.
    const pid = await shop.docker('inspect', '--format', '{{.State.Pid}}', proxy)
    await execa('kill', ['-9', pid])
    expect((await run).exitCode).toBe(0)
    await expectServing('six')
  })

  test('the log has every attempt, and the figures of DORA', async () => {
    const { deployments, figures } = JSON.parse((await shop.rollout('history', '--json')).text)
    const ends = deployments.map(
      ({ release, kind, outcome }: Record<string, string>) => `${kind} ${release}: ${outcome}`,
    )
    expect(ends.slice(0, 7)).toEqual([
      'rollout one: serving',
      'rollout two: serving',
      'back one: serving',
      'back two: serving',
      'rollout crash: refused',
      'rollout unready: refused',
      'rollout smoke: taken back',
    ])
    expect(deployments[0]).toMatchObject({
      revision: 'abc123',
      committed: '2026-11-29T08:00:00Z',
      images: { gateway: expect.stringMatching(/^sha256:/) },
    })
    expect(figures.leadTime).toBeGreaterThan(0)
    expect(figures.failed).toBeGreaterThan(0)
    expect((await shop.rollout('history')).text).toContain('commit to serving')
  })

  test('an engine that does not answer is said within seconds', async () => {
    const away = await openShop({ engine: 'unix:///nowhere/docker.sock' })
    expect(await away.rollout('--release', 'one')).toMatchObject({
      code: 1,
      text: expect.stringMatching(/The engine of host .* does not answer:[\s\S]*Nothing was changed/),
    })
    await away.remove()
    const refused = await openShop({ engine: 'ssh://deploy@127.0.0.1:9' })
    expect(await refused.rollout('status')).toMatchObject({
      code: 1,
      text: expect.stringMatching(
        /ssh:\/\/deploy@127\.0\.0\.1:9 does not answer:[\s\S]*Nothing was changed\. Try `ssh/,
      ),
    })
    await refused.remove()
  })

  test('status fails where nothing was deployed', async () => {
    const empty = await openShop()
    const { code, text } = await empty.rollout('status')
    expect(code).toBe(1)
    expect(text).toMatch(/^serving\s+-$/m)
    expect(await empty.rollout('back')).toMatchObject({
      code: 1,
      text: expect.stringContaining('There is no release to go back to. No release serves.'),
    })
    await empty.remove()
  })
})
