/**
 * A registry of packages on this machine, empty at the start: verdaccio, for the scope `@lab` only. Every other package comes
 * from the registry that npm is configured with. A publish can be cut off in the middle, as a network does.
 */

import { writeFile } from 'node:fs/promises'
import type { IncomingMessage, RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { runServer } from 'verdaccio'

export interface Registry {
  /** Lets a package manager use this registry, from a project in `folder`. */
  useIn(folder: string): Promise<void>
  /** Closes the connection of the next publish of a package, without an answer. */
  cutNextPublish(name: string): void
  /** What the registry says of a package: versions, deprecations, tags. */
  describe(name: string): Promise<Described>
  close(): Promise<void>
}

export interface Described {
  readonly 'dist-tags'?: Record<string, string>
  readonly versions?: Record<string, { readonly deprecated?: string }>
}

export async function startRegistry(folder: string): Promise<Registry> {
  const server: Server = await runServer(configuration(folder))
  const cut = new Set<string>()
  const [answer] = server.listeners('request') as RequestListener[]
  if (!answer) throw new Error('verdaccio answers no requests: its server has no listener. Check its version.')
  server.removeAllListeners('request')
  server.on('request', (request, response) => {
    const name = published(request)
    if (name !== undefined && cut.delete(name)) request.socket.destroy()
    else answer(request, response)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const host = `127.0.0.1:${port}`

  return {
    async useIn(project) {
      const lines = [`@lab:registry=http://${host}/`, `//${host}/:_authToken=rehearsal`, 'fetch-retries=0']
      await writeFile(join(project, '.npmrc'), `${lines.join('\n')}\n`)
    },
    cutNextPublish(name) {
      cut.add(name)
    },
    async describe(name) {
      const response = await fetch(`http://${host}/${encodeURIComponent(name)}`)
      return (await response.json()) as Described
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function published({ method, url = '' }: IncomingMessage): string | undefined {
  return method === 'PUT' ? decodeURIComponent(url.slice(1)) : undefined
}

function configuration(folder: string) {
  const everything = { access: '$all', publish: '$all', unpublish: '$all' }
  return {
    storage: join(folder, 'storage'),
    self_path: folder,
    uplinks: {},
    packages: { '@lab/*': everything },
    auth: { htpasswd: { file: join(folder, 'htpasswd') } },
    max_body_size: '50mb',
    log: { type: 'file', path: join(folder, 'registry.log'), format: 'json', level: 'warn' },
  } as unknown as Parameters<typeof runServer>[0]
}
