/**
 * The text of a filter as its terms, so that buttons and menus can change one field of it and leave the rest as it was
 * typed. The console understands the text; here it is only taken apart and put together.
 */

interface Term {
  text: string
  key: string
  value: string
  negated: boolean
}

const TERM = /(-)?(?:([\w./-]+):)?(?:>=|<=|>|<)?(?:"(?:[^"\\]|\\.)*"|[^\s"]+)/g

function termsOf(q: string): Term[] {
  return [...q.matchAll(TERM)].map(([text, minus, key = '']) => ({
    text,
    key,
    value: unquoted(text.slice((minus?.length ?? 0) + (key ? key.length + 1 : 0))),
    negated: minus === '-',
  }))
}

/** Value of `key:value`, '' where the filter does not have it. */
export function fieldOf(q: string, key: string): string {
  return termsOf(q).find((term) => term.key === key && !term.negated)?.value ?? ''
}

/** The filter with `key:value` in place of what it said about the key; '' takes the key away. */
export function withField(q: string, key: string, value: string): string {
  const terms = termsOf(q)
  const at = terms.findIndex((term) => term.key === key && !term.negated)
  const rest = terms.filter((term) => term.key !== key || term.negated).map(({ text }) => text)
  if (value !== '') rest.splice(at < 0 ? rest.length : at, 0, field(key, value))
  return rest.join(' ')
}

/** The filter with one term more, such as a clicked attribute; a term that is there already stays single. */
export function withTerm(q: string, key: string, value: string, negated = false): string {
  const text = `${negated ? '-' : ''}${field(key, value)}`
  const texts = termsOf(q).map((term) => term.text)
  return texts.includes(text) ? q : [...texts, text].join(' ')
}

/** `key:value`, quoted where the value needs it. */
export function field(key: string, value: string): string {
  return `${key}:${quoted(value)}`
}

function quoted(value: string): string {
  return /^[^\s"<>=\\][^\s"\\]*$/.test(value) || /^[<>]=?[^\s"\\]+$/.test(value)
    ? value
    : `"${value.replaceAll(/["\\]/g, '\\$&')}"`
}

function unquoted(text: string): string {
  return text.startsWith('"') && text.endsWith('"') && text.length > 1
    ? text.slice(1, -1).replaceAll(/\\(.)/g, '$1')
    : text
}
