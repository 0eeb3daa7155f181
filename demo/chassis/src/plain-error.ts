/**
 * An error as it is safe to log. pg-pool puts the whole client on the errors of idle connections: settings, keys and
 * buffers, some hundred fields.
 */

/** A copy with message, stack and code, and nothing else. */
export function plainError(error: Error & { code?: unknown }): Error {
  const { name, message, stack, code } = error
  return Object.assign(new Error(message), { name, stack, ...(code !== undefined && { code }) })
}
