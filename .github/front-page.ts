/**
 * What the front page of the shop is made from, as one value: where it differs from the one next to the picture of the README, the picture
 * shows a page that is no more.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

const storefront = join(import.meta.dirname, '../demo/gateway/storefront')

/** Written by `pnpm picture`. */
export const stampFile = join(import.meta.dirname, 'picture.sha256')

/** Comments and the depth of lines do not show. */
const UNSEEN = /\/\*.*?\*\/|<!--.*?-->|^\s+/gms

/** SHA-256, in hexadecimal digits, of the page and of all that it links to and imports. */
export async function frontPageStamp(folder = storefront): Promise<string> {
  const files = new Map<string, string>()
  const pending = ['pages/shop.html']
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (files.has(path)) continue
    const text = await readFile(join(folder, path), 'utf8')
    files.set(path, text.replace(UNSEEN, ''))
    for (const [, page, module] of text.matchAll(/(?:href|src)="\/(assets\/[^"]+)"|^import .* from '\.\/(.+)'/gm)) {
      pending.push(page ?? `assets/${module}`)
    }
  }
  const hash = createHash('sha256')
  for (const path of [...files.keys()].toSorted()) hash.update(`${path}\0${files.get(path)}\0`)
  return hash.digest('hex')
}
