/**
 * The lines that the page offers for copying, run as they stand in a shell: k6's OpenTelemetry output, and one span by curl.
 */

import { execFile, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { optionalTool } from '@lab/test-kit/tool'
import { expect, test } from 'vitest'
import type { Queries } from '../src/contract/contract.ts'
import { recipes } from '../src/web/setup/recipes.ts'
import { newFolder, type Running, runConsole } from './running-console.ts'

const k6 = await optionalTool('k6', 'the lines for k6')
const curl = ['curl', 'openssl'].every((program) => spawnSync(program, ['version']).error === undefined)
if (!curl) process.stdout.write('The lines for curl are not tested: curl or openssl is not on the PATH.\n')

/** Runs the lines for a program, in a folder of their own. */
async function run(id: string, running: Running, folder: string, more: Record<string, string> = {}): Promise<string> {
  const recipe = recipes({ otlp: running.otlpUrl, token: running.token }).find((one) => one.id === id)
  const { stdout } = await promisify(execFile)('sh', ['-ec', recipe?.code ?? ''], {
    cwd: folder,
    env: { ...process.env, ...more },
  })
  return stdout
}

test.skipIf(!k6)('k6 sends its metrics, with the token where one is needed', async () => {
  for (const host of ['127.0.0.1', '0.0.0.0']) {
    const running = await runConsole({ host })
    const folder = newFolder()
    const page = new URL(running.url).origin
    const script = `import http from 'k6/http'
      export const options = { vus: 2, iterations: 30 }
      export default () => http.get('${page}/', { tags: { name: 'page' } })`
    writeFileSync(join(folder, 'script.js'), script)
    const path = [dirname(k6 ?? ''), process.env.PATH].join(delimiter)
    await run('k6', running, folder, { PATH: path, K6_NO_USAGE_REPORT: 'true' })

    const headers = { authorization: `Bearer ${running.token}` }
    const ask = async (query: string) => JSON.parse(await (await fetch(`${page}/api/${query}`, { headers })).text())
    const { instruments }: Queries['/api/metrics']['answer'] = await ask('metrics')
    expect(instruments).toContainEqual(
      expect.objectContaining({ name: 'http_req_duration', unit: 'ms', type: 'histogram', services: ['k6'] }),
    )
    const { series }: Queries['/api/metric']['answer'] = await ask('metric?name=http_reqs&stat=count&by=name')
    expect(series.map(({ label }) => label)).toEqual(['page'])
    expect(series[0]?.points.reduce((sum, { value }) => sum + (value ?? 0), 0)).toBe(30)
  }
})

test.skipIf(!curl)('curl sends a span by hand', async () => {
  const running = await runConsole()
  expect(await run('curl', running, newFolder())).toBe('{}')
  expect((await running.query('/api/traces', {})).traces).toMatchObject([{ name: 'hello', service: 'my-service' }])
})
