/**
 * Commands as they can be typed here: who came by `npx pnpm@12 demo` may have no `pnpm` on PATH. Texts say `pnpm demo` and
 * `pnpm tools`, and what is printed names the way in which this command was typed.
 */

/** npx keeps what it runs in a folder of this name, and pnpm tells its scripts where it lies itself. */
const npxFolder = /[\\/]_npx[\\/]/

/** `pnpm` where it was typed; else the form that works everywhere. */
function pnpmAsTyped({ npm_execpath: path }: NodeJS.ProcessEnv): string {
  return path === undefined || path === '' || npxFolder.test(path) ? 'npx pnpm@12' : 'pnpm'
}

export function asTyped(text: string, env: NodeJS.ProcessEnv = process.env): string {
  return text.replaceAll(/\bpnpm (?=demo\b|tools\b)/g, `${pnpmAsTyped(env)} `)
}

/** Prints a line, or several, on standard output. */
export function say(text: string): void {
  console.log(asTyped(text))
}

/** The same on standard error. */
export function complain(text: string): void {
  console.error(asTyped(text))
}
