/**
 * Tests against real backends, which take minutes: `pnpm test:stack`.
 */
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vitest/config'
import { clients } from '../packages/observe/frameworks/clients.ts'
import { frameworks } from '../packages/observe/frameworks/frameworks.ts'
import first from '../packages/observe/test/first/package.json' with { type: 'json' }

const FIRST = fileURLToPath(new URL('../packages/observe/test/first/package.json', import.meta.url))

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    // Bounds for what hangs, above those of every wait inside.
    testTimeout: 180_000,
    // Starting the shop builds it where that is due.
    hookTimeout: 300_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'backends',
          include: ['ops/{test,rollout/test}/*.test.ts', 'packages/observe/test/stack/*.test.ts'],
          // Each file has backends of its own; two sets at once are too much for a small machine.
          fileParallelism: false,
          // The whole shop, for the files that ask for it.
          globalSetup: 'ops/test/shop-setup.ts',
        },
      },
      {
        extends: true,
        plugins: [firstVersions()],
        test: {
          name: 'first versions',
          // Those have none, or a single one.
          maxWorkers: '100%',
          sequence: { groupOrder: 1 },
          include: firstVersionTests(),
        },
      },
    ],
  },
})

function firstVersionTests(): string[] {
  const claimed = frameworks.filter(({ first }) => first !== undefined)
  const tests = claimed.flatMap((framework) => framework.tests.map((name) => `test/${name}.test.ts`))
  return [...tests, ...clients.map(({ test }) => test)].map((path) => `packages/observe/${path}`)
}

/** The same tests on the first version of each framework and client that the library's README claims. */
function firstVersions(): Plugin {
  const names = Object.keys(first.devDependencies)
  return {
    name: 'first-versions',
    enforce: 'pre',
    resolveId(source) {
      const claimed = names.some((name) => source === name || source.startsWith(`${name}/`))
      return claimed ? this.resolve(source, FIRST, { skipSelf: true }) : undefined
    },
  }
}
