/**
 * The file that describes a host: where its engine is, where the shop is reached, and what a good deployment looks like. It holds no
 * secret; secrets are files on the host.
 */

import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parse } from 'yaml'
import { prettifyError, z } from 'zod'
import { Failure, messageOf } from './failure.ts'

const smokeRequest = z.strictObject({
  path: z.string().startsWith('/'),
  status: z.int().default(200),
  /** Text that the answer must contain. */
  contains: z.string().optional(),
})

const schema = z.strictObject({
  /** Begins the name of each container, network and volume, so that several shops fit on one engine. */
  name: z.string().regex(/^[a-z][a-z0-9-]{0,20}$/, 'lower-case letters, digits and hyphens'),
  /** `local`, `context:NAME`, `unix:///path`, or `ssh://user@host[:port]`. */
  engine: z
    .string()
    .regex(/^(local$|context:.|unix:\/\/\/.|ssh:\/\/.)/, 'local, context:NAME, unix:///path or ssh://user@host'),
  /** Where users reach the shop; the smoke test uses it. */
  url: z.url(),
  /** Address and port on the host that the proxy listens on. */
  publish: z.string().default('127.0.0.1:8080'),
  /** Images are `registry/SERVICE:TAG`. */
  registry: z.string().min(1),
  /** Whether images come from a registry; `false` for those built on the engine. */
  pull: z.boolean().default(true),
  /** Folder on the machine of the engine with one file for each secret. */
  secrets: z.string().startsWith('/'),
  environment: z.string().default('production'),
  /** The Compose file that the services and the backends are taken from, relative to this file. */
  compose: z.string().default('../../compose.yaml'),
  /** Services of the Compose file that this host does without. */
  without: z.array(z.string()).default(['traffic', 'grafana']),
  proxy: z.string().default('basecamp/kamal-proxy:v0.9.2'),
  /** The service that the proxy sends requests to, its port, and where it says that it is ready. */
  entry: z
    .strictObject({ service: z.string(), port: z.int(), healthPort: z.int(), healthPath: z.string() })
    .default({ service: 'gateway', port: 8080, healthPort: 9464, healthPath: '/readyz' }),
  smoke: z
    .array(smokeRequest)
    .min(1)
    .default([
      { path: '/', status: 200 },
      { path: '/api/products', status: 200 },
    ]),
  /** After the switch: for how long the error rate is watched (s), the part of requests that may fail, and how many make it count. */
  watch: z
    .strictObject({
      seconds: z.number().nonnegative().default(120),
      errors: z.number().min(0).max(1).default(0.05),
      requests: z.number().default(20),
    })
    .default({ seconds: 120, errors: 0.05, requests: 20 }),
  /** Seconds that open requests of the old release get. */
  drain: z.number().default(15),
  /** Seconds until a release must be healthy. */
  start: z.number().default(120),
  /** Releases that are kept, the serving one among them; at least two, or there is no way back. */
  keep: z.int().min(2).default(3),
  /** Dumps the database to standard output in the platform's container `service`; `restore` reads that from standard input. */
  database: z.strictObject({ service: z.string(), dump: z.array(z.string()), restore: z.array(z.string()) }).default({
    service: 'postgres',
    dump: ['pg_dump', '--host=/var/run/postgresql', '--username=shop', '--dbname=shop', '--format=custom'],
    restore: [
      'pg_restore',
      '--host=/var/run/postgresql',
      '--username=shop',
      '--dbname=shop',
      '--clean',
      '--if-exists',
      '--single-transaction',
      '--exit-on-error',
    ],
  }),
  /** Where deployments are marked; `token` is a file on the machine that runs the roll-out. */
  grafana: z.strictObject({ url: z.url(), token: z.string() }).optional(),
})

export type Host = z.infer<typeof schema> & { readonly composeFile: string }
export type SmokeRequest = z.infer<typeof smokeRequest>

/** Throws a Failure that names the file and each wrong line. */
export async function readHost(file: string): Promise<Host> {
  const text = await readFile(file, 'utf8').catch((error) => {
    throw new Failure(`The host file ${file} cannot be read: ${messageOf(error)}`)
  })
  const { data, error } = schema.safeParse(parse(text))
  if (error) throw new Failure(`The host file ${file} is not valid:\n${prettifyError(error)}`)
  return { ...data, composeFile: resolve(file, '..', data.compose) }
}
