/**
 * The proxy of the environment. Node.js itself uses it only where `NODE_USE_ENV_PROXY=1` says so (from 22.21 and 24.5 on), so
 * that deliveries go the same way as the rest of the process.
 */

const VARIABLES = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'no_proxy', 'NO_PROXY']

/** The variables for the `proxyEnv` option of an agent; `undefined` where none is to be used. */
export function proxyEnvOf(environment: NodeJS.ProcessEnv): Record<string, string> | undefined {
  if (environment.NODE_USE_ENV_PROXY !== '1') return undefined
  const found = VARIABLES.flatMap((name) => {
    const value = environment[name]
    return value ? [[name, value] as const] : []
  })
  return found.length === 0 ? undefined : Object.fromEntries(found)
}
