/**
 * What is said of an option that is not valid.
 */

/** Throws a RangeError that names the option, its value and what is expected. */
export function check(valid: boolean, option: string, value: unknown, expected: string): void {
  if (!valid) throw new RangeError(`${option} is ${JSON.stringify(value)}; expected ${expected}`)
}
