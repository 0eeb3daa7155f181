/**
 * The Compose project of one release: its services by digest, reachable under names that carry the release, next to whatever serves now.
 */

import { type ComposeService, dependenciesIn, imageNameOf, type Parts } from './compose-file.ts'
import type { Host } from './host.ts'
import { aliasOf, projectOf } from './names.ts'

/** `images`: the reference to run for each image of the release, by digest. */
export function releaseFile(host: Host, parts: Parts, release: string, images: ReadonlyMap<string, string>): object {
  const names = Object.keys(parts.release)
  const services = Object.entries(parts.release).map(([name, service]) => {
    const { build: _, ports: __, ...kept } = service
    const reference = images.get(imageNameOf(service))
    return [
      name,
      {
        ...kept,
        image: reference,
        labels: { 'rollout.release': release },
        environment: environmentOf(host, service, names, release),
        depends_on: dependenciesIn(names, service),
        healthcheck: quickly(service),
        networks: { shop: { aliases: [aliasOf(name, release)] } },
      },
    ]
  })
  const used = parts.secrets.filter((secret) =>
    Object.values(parts.release).some(({ secrets = [] }) => secrets.includes(secret)),
  )
  return {
    name: projectOf(host, release),
    services: Object.fromEntries(services),
    secrets: secretsOf(host, used),
    networks: { shop: { external: true, name: host.name } },
  }
}

export function secretsOf({ secrets }: Host, names: readonly string[]): Record<string, { file: string }> {
  return Object.fromEntries(names.map((name) => [name, { file: `${secrets}/${name}` }]))
}

function environmentOf(host: Host, { environment = {} }: ComposeService, names: readonly string[], release: string) {
  const address = new RegExp(`//(${names.join('|')}):`, 'g')
  const addressed = Object.entries(environment).map(([name, value]) => [
    name,
    `${value}`.replaceAll(address, (_, service: string) => `//${aliasOf(service, release)}:`),
  ])
  const attributes = `deployment.environment.name=${host.environment},service.version=${release}`
  return { ...Object.fromEntries(addressed), OTEL_RESOURCE_ATTRIBUTES: attributes }
}

/** Once a second, so that a healthy release is noticed some seconds earlier; how long it may take to start is for the image to say. */
function quickly({ healthcheck = {} }: ComposeService): Record<string, unknown> {
  return healthcheck.disable ? healthcheck : { ...healthcheck, interval: '1s' }
}
