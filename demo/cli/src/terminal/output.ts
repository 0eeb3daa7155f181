/**
 * Printed texts. They say `pnpm demo` and `pnpm tools`; under `npx pnpm@12 demo` there may be no `pnpm` on PATH, so what is
 * printed names pnpm as this command was started.
 */

/** npx keeps what it runs in a folder of this name, and pnpm tells its scripts where it lies itself. */
const npxFolder = /[\\/]_npx[\\/]/

/** `pnpm` where it was typed; else the form that works everywhere. */
function pnpmCommand({ npm_execpath: path }: NodeJS.ProcessEnv): string {
  return path === undefined || path === '' || npxFolder.test(path) ? 'npx pnpm@12' : 'pnpm'
}

export function withPnpmCommand(text: string, env: NodeJS.ProcessEnv = process.env): string {
  return text.replaceAll(/\bpnpm (?=demo\b|tools\b)/g, `${pnpmCommand(env)} `)
}

/** Prints a line, or several, on standard output. */
export function print(text: string): void {
  console.log(withPnpmCommand(text))
}

/** The same on standard error. */
export function printError(text: string): void {
  console.error(withPnpmCommand(text))
}
