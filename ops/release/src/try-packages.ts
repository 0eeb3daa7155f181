/**
 * What a new user does with the published packages: installs them into an empty project with npm, and runs each once.
 */

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import type { Package } from './published.ts'

/** One request to an observed server; prints what /metrics says of it. */
const PROGRAM = `
import { createServer } from 'node:http'
import { observe } from '@lab/observe'

const obs = observe({ service: 'rehearsal', version: '1.0.0', admin: false })
const server = createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1', async () => {
  await (await fetch(\`http://127.0.0.1:\${server.address().port}/hello\`)).text()
  server.close()
  const { body } = await obs.scrape()
  console.error(body)
  await obs.shutdown()
})
`

/** The folder must exist, and name the registry. Throws what did not install or did not run. */
export async function tryPackages(folder: string, packages: readonly Package[]): Promise<void> {
  const run = (command: string, ...args: string[]) => execa(command, args, { cwd: folder, preferLocal: true })
  await writeFile(join(folder, 'package.json'), '{"private":true,"type":"module"}\n')
  const wanted = packages.map(({ name, version }) => `${name}@${version}`)
  await run('npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', ...wanted)
  for (const { name, version } of packages) {
    const installed = JSON.parse(await readFile(join(folder, 'node_modules', name, 'package.json'), 'utf8'))
    if (installed.version !== version) throw new Error(`${name} ${installed.version} was installed, not ${version}.`)
  }

  await writeFile(join(folder, 'server.js'), PROGRAM)
  const { stderr } = await run('node', 'server.js')
  if (!/^http_server_request_duration_seconds_count\{.*\} 1$/m.test(stderr))
    throw new Error(`The installed library did not measure a request. /metrics was:\n${stderr}`)
  await run('observe', '--help')
  await run('observe-console', '--help')
  await run('observe-mixin', '--help')
}
