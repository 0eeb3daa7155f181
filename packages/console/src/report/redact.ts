/**
 * Takes credentials out of what leaves the console for an agent: values of attributes that are named like one, and texts that
 * look like one wherever they are.
 */

import type { Value } from '../contract/contract.ts'

const REDACTED = '[redacted]'
const SECRET_NAME =
  /authori[sz]ation|cookie|passw(?:or)?d|passphrase|secret|token|api[-_.]?key|credential|private[-_.]?key|signature/i

const secretTexts: [pattern: RegExp, replacement: string][] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, REDACTED],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${REDACTED}`],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, REDACTED],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, REDACTED],
  [/\b(?:gh[opsu]|github_pat|glpat|xox[abprs]|sk|pk|rk|npm)[-_][\w-]{16,}/g, REDACTED],
  // The password of a URL, and parameters and assignments that are named like a credential.
  [/(\w+:\/\/[^\s:/@]*):[^\s@/]+@/g, `$1:${REDACTED}@`],
  [
    /((?:passw(?:or)?d|passphrase|secret|token|api[-_]?key|signature)["']?\s*[=:]\s*["']?)[^\s"'&,;}]+/gi,
    `$1${REDACTED}`,
  ],
]

export function redactText(text: string): string {
  let redacted = text
  for (const [pattern, replacement] of secretTexts) redacted = redacted.replace(pattern, replacement)
  return redacted
}

/** Numbers and booleans are no credentials: a count of tokens stays. */
export function redact(name: string, value: Value): Value {
  if (typeof value === 'string') return SECRET_NAME.test(name) ? REDACTED : redactText(value)
  if (Array.isArray(value)) return value.map((each) => redact(name, each))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, redact(`${name}.${key}`, each)]))
}
