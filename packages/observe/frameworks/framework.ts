/**
 * A row of frameworks.ts.
 */

export interface Framework {
  /** Name in the tables, with each major version that is tested, such as `Express 4, 5`. */
  readonly title: string
  /** `koa` is `@lab/observe/koa` from src/koa.ts. Without it, the framework has no adapter of its own. */
  readonly entry?: string
  /** The line that adds the adapter, and where it is placed. */
  readonly line?: string
  readonly place?: string
  /** Column `adapter` of docs/frameworks/README.md where the framework has no entry. */
  readonly instead?: string
  /** The page in docs/frameworks. */
  readonly page: string
  /** Files `test/NAME.test.ts` that run the contract on it. */
  readonly tests: readonly string[]
  /** Per driver of the contract: route, handled error, abort before the first byte, abort after it. */
  readonly gives: Readonly<Record<string, string>>
  /** First version of each package that the tests install, in the form of a pnpm catalog. */
  readonly first?: Readonly<Record<string, string>>
  /** Packages whose types or values the adapter imports: optional peers, from the first version on. */
  readonly peers?: readonly string[]
  /** A peer that may be older than the first version the whole contract is run on. */
  readonly allowed?: Readonly<Record<string, string>>
  /** Route on the span of an example whose framework writes templates in another form than `/users/:id`. */
  readonly exampleRoutes?: Readonly<Record<string, string>>
  /** Imports and the statement by which the packed types are checked, and the packages they need. */
  readonly typed?: { readonly imports: readonly string[]; readonly use: string; readonly packages?: readonly string[] }
}
