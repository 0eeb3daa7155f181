/**
 * Settings from the environment. A service reads them once, at the start; what is missing or wrong is reported at once,
 * all of it, with the variable, its value and what is expected. A secret may stand in a file instead: `DATABASE_URL_FILE`
 * is the path of one that holds `DATABASE_URL`, as containers are given secrets.
 */

import { readFileSync } from 'node:fs'
import { portOf, type ServiceName } from '@demo/shop'
import { z } from 'zod'

export class SettingsError extends Error {
  override name = 'SettingsError'
}

/** Reads and checks the variables that `schema` names. Throws a SettingsError that lists every problem. */
export function readEnvironment<Schema extends z.ZodObject>(
  schema: Schema,
  environment: NodeJS.ProcessEnv = process.env,
): z.infer<Schema> {
  const files = Object.keys(schema.shape).flatMap((name) => settingFromFile(name, environment))
  const result = schema.safeParse({ ...environment, ...Object.fromEntries(files) })
  if (result.success) return result.data
  const problems = result.error.issues.map(({ path, message }) => {
    const variable = String(path[0])
    return `  ${variable} ${describeSetting(variable, environment)}: ${message}`
  })
  throw new SettingsError(`Some settings in the environment are missing or wrong:\n${problems.join('\n')}`)
}

/** The setting with its value where a file holds it, without the line end that editors leave behind it. */
function settingFromFile(name: string, environment: NodeJS.ProcessEnv): [string, string][] {
  const path = environment[`${name}_FILE`]
  if (path === undefined || environment[name] !== undefined) return []
  try {
    return [[name, readFileSync(path, 'utf8').trimEnd()]]
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new SettingsError(`${name}_FILE is "${path}", which cannot be read: ${reason}`, { cause })
  }
}

/** A URL that is malformed cannot be taken apart, so that no part of a value that may hold a password is shown. */
const SECRETS = new Set(['DATABASE_URL'])

/** What a file holds is a secret, and not shown. */
function describeSetting(name: string, environment: NodeJS.ProcessEnv): string {
  const path = environment[`${name}_FILE`]
  const value = environment[name]
  if (value !== undefined) return SECRETS.has(name) ? 'is set (its value is not shown)' : `is "${withoutUser(value)}"`
  return path === undefined ? 'is not set' : `was read from ${path}`
}

function withoutUser(value: string): string {
  return value.replace(/^(.*\/\/)?.*@/, '$1***@')
}

/** Where a service listens; by default on its port in demo/shop. */
export function listening(service: ServiceName) {
  return {
    HOST: z.string().min(1, 'expected an address, such as 127.0.0.1 or 0.0.0.0').default('127.0.0.1'),
    PORT: z
      .string()
      .regex(/^\d{1,5}$/, 'expected a port, 0 to 65535')
      .transform(Number)
      .refine((port) => port <= 65535, 'expected a port, 0 to 65535')
      .default(portOf(service)),
  }
}

/** Where the database is. There is no default, because data in the wrong place is worse than none. */
export const databaseUrl = z.url({
  protocol: /^postgres(ql)?$/,
  error: 'expected a URL such as postgres://user:password@127.0.0.1:5432/shop',
})

/** Where another service is; by default on this machine. */
export function serviceUrl(service: ServiceName) {
  const defaultUrl = `http://127.0.0.1:${portOf(service)}`
  return z
    .url({ protocol: /^https?$/, error: `expected a URL such as ${defaultUrl}` })
    .transform((url) => url.replace(/\/+$/, ''))
    .default(defaultUrl)
}
