/**
 * Where a load may go. It goes to this machine unless it is said twice that it may go elsewhere: a load test on a service of others is an
 * attack.
 */

const LOOPBACK = /^(?:localhost|.*\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/** Throws a message for the user where the load must not go there. */
export function checkTarget(target: string, confirmed: string | undefined): URL {
  if (!URL.canParse(target)) throw new Error(`"${target}" is no address. Give one such as http://127.0.0.1:8080.`)
  const url = new URL(target)
  if (!/^https?:$/.test(url.protocol)) throw new Error(`"${target}" has to begin with http:// or https://.`)
  if (LOOPBACK.test(url.hostname)) return url
  if (confirmed === url.hostname) return url
  const problem = confirmed === undefined ? '' : ` You confirmed "${confirmed}".`
  throw new Error(
    `${url.hostname} is not this machine.${problem} A load test may take a service down: only where it is yours, ` +
      `say so a second time with --and-i-may ${url.hostname}.`,
  )
}
