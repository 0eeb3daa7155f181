/**
 * Bounds a wait on work that may never settle, such as a callback or a check of the user's, or a backend that is away.
 */

/** The result of `work`, or `otherwise` after `limitMs` milliseconds. The timer ends with the work. */
export async function within<T, U>(
  limitMs: number,
  work: Promise<T>,
  otherwise: U,
  { ref = true }: { ref?: boolean } = {},
): Promise<T | U> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<U>((resolve) => {
    timer = setTimeout(resolve, limitMs, otherwise)
    // Without `ref` the wait does not hold the process.
    if (!ref) timer.unref()
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
