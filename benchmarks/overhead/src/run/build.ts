/**
 * Makes ready what is measured: the published form of @lab/observe, the apps as one CommonJS program (the form in which every
 * peer's hooks work best), and the peers in their own folder.
 */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { build } from 'tsup'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** The folder in which the peers are installed. */
export const PEERS = `${root}peers`
/** The program that is measured, `server.cjs FRAMEWORK VARIANT`, and those that take what it sends and what it prints. */
export const SERVER = `${root}dist/server.cjs`
export const RECEIVER = `${root}src/receiver/main.ts`
export const LINE_COUNTER = `${root}src/receiver/lines.ts`
const workspace = fileURLToPath(new URL('../../../..', import.meta.url))

export async function buildLibrary(): Promise<void> {
  await execa('npx', ['--yes', 'pnpm@12', '--filter', '@lab/observe', 'run', 'build'], { cwd: workspace })
}

export async function buildApps(): Promise<void> {
  await build({
    entry: { server: `${root}src/server/main.ts`, sentry: `${root}src/server/sentry.ts` },
    outDir: `${root}dist`,
    format: 'cjs',
    // tsup would take both from wherever the benchmark is started.
    outExtension: () => ({ js: '.cjs' }),
    tsconfig: `${root}tsconfig.json`,
    target: 'node22',
    splitting: false,
    skipNodeModulesBundle: true,
    esbuildOptions(options) {
      // An app that mixes the two forms of a package would have two copies of it.
      options.supported = { 'dynamic-import': false }
    },
    clean: true,
    silent: true,
    config: false,
    dts: false,
  })
}

export async function installPeers(): Promise<void> {
  if (existsSync(`${PEERS}/node_modules/.modules.yaml`)) return
  process.stderr.write('installing the peers into benchmarks/overhead/peers (once)\n')
  await execa('npx', ['--yes', 'pnpm@12', 'install', '--frozen-lockfile'], { cwd: PEERS, stderr: 'inherit' })
}
