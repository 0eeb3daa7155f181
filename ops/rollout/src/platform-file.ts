/**
 * The Compose project of what stays from release to release: the proxy in front, the database, the backends. Their configuration is
 * copied into volumes, since a folder of this machine is not there on a host.
 */

import { readFile, stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { type ComposeService, dependenciesIn, type Parts } from './compose-file.ts'
import type { Host } from './host.ts'
import { platformOf } from './names.ts'
import { secretsOf } from './release-file.ts'

export interface Platform {
  /** The Compose file, as an object. */
  readonly file: object
  /** Folders of this machine to copy, and the volume that each goes to. */
  readonly folders: readonly { readonly folder: string; readonly volume: string }[]
}

/** `./prometheus:/etc/prometheus:ro` */
const BIND = /^(\.{1,2}\/[^:]+):([^:]+)(:ro)?$/

export async function platformFile(host: Host, parts: Parts): Promise<Platform> {
  const names = Object.keys(parts.platform)
  const folders: { folder: string; volume: string }[] = []
  const configs: Record<string, { content: string }> = {}
  const services: Record<string, ComposeService> = {}
  for (const [name, service] of Object.entries(parts.platform)) {
    const mounted: string[] = []
    const given: unknown[] = []
    for (const volume of service.volumes ?? []) {
      const [, from, target] = BIND.exec(volume) ?? []
      if (!from || !target) mounted.push(volume)
      else if ((await stat(sourceOf(host, from))).isDirectory()) {
        const configuration = `${host.name}-config-${basename(from)}`
        folders.push({ folder: sourceOf(host, from), volume: configuration })
        mounted.push(`${configuration}:${target}:ro`)
      } else {
        const source = `${name}-${basename(from).replaceAll('.', '-')}`
        configs[source] = { content: (await readFile(sourceOf(host, from), 'utf8')).replaceAll('$', '$$$$') }
        given.push({ source, target })
      }
    }
    services[name] = {
      ...service,
      volumes: mounted,
      ...(given.length > 0 && { configs: given }),
      depends_on: dependenciesIn(names, service),
      networks: { shop: { aliases: [name] } },
    }
  }
  const used = parts.secrets.filter((secret) =>
    Object.values(parts.platform).some(({ secrets = [] }) => secrets.includes(secret)),
  )
  const external = Object.fromEntries(folders.map(({ volume }) => [volume, { external: true, name: volume }]))
  return {
    folders,
    file: {
      name: platformOf(host),
      services: { ...services, proxy: proxyOf(host) },
      secrets: secretsOf(host, used),
      volumes: { ...Object.fromEntries(parts.volumes.map((name) => [name, {}])), ...external, proxy: {} },
      configs,
      networks: { shop: { name: host.name } },
    },
  }
}

/** kamal-proxy remembers where it sends requests, in its volume, so it may end and start again at any time. */
function proxyOf({ proxy, publish }: Host): ComposeService {
  return {
    image: proxy,
    command: ['kamal-proxy', 'run', '--http-port', '8080', '--https-port', '8443', '--metrics-port', '9090'],
    restart: 'unless-stopped',
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    pids_limit: 256,
    mem_limit: '128m',
    logging: { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '2' } },
    labels: { 'rollout.role': 'proxy' },
    volumes: ['proxy:/home/kamal-proxy/.config/kamal-proxy'],
    ports: [`${publish}:8080`],
    networks: { shop: { aliases: ['proxy'] } },
  }
}

function sourceOf({ composeFile }: Host, path: string): string {
  return resolve(composeFile, '..', path)
}
