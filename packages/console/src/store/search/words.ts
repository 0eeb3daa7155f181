/**
 * Text for the full-text index, which knows words by the spaces between them: colours of terminals are left out, scripts without
 * spaces are divided into their characters, and pictures become words.
 */

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences of terminals are what is removed.
const ANSI = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?)/g
const WITHOUT_SPACES = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/gu
const PICTURE = /\p{Extended_Pictographic}/gu
/** Most lines have none of it, and are taken as they are. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the same.
const SPECIAL = /[\u001b\u00a9-\u{10ffff}]/u

export function indexed(text: string): string {
  if (!SPECIAL.test(text)) return text
  return text
    .replace(ANSI, '')
    .replace(WITHOUT_SPACES, ' $& ')
    .replace(PICTURE, (picture) => ` picture${picture.codePointAt(0)?.toString(16)} `)
}

/** A query for the index: the words one after the other, the last one by its beginning; '' where there are none. */
export function phrase(text: string): string {
  const words = indexed(text).trim()
  return /[\p{L}\p{N}]/u.test(words) ? `"${words.replaceAll('"', '""')}"*` : ''
}
