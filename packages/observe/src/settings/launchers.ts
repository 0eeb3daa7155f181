/**
 * Programs that start others and serve nothing themselves. `NODE_OPTIONS="--import @lab/observe/auto" npm start` loads the
 * library in npm, too, which must not take the port of the service.
 */
import { realpathSync } from 'node:fs'

const PACKAGES = [
  ...['npm', 'pnpm', 'yarn', '@yarnpkg/cli-dist', 'corepack', 'nodemon', 'tsx', 'pm2', 'concurrently', 'cross-env'],
  ...['dotenv-cli', 'npm-run-all', 'npm-run-all2', 'turbo', 'nx', 'lerna', '@nestjs/cli', 'husky', 'lint-staged'],
]
const IN_PACKAGE = new RegExp(`[\\\\/]node_modules[\\\\/](?:${PACKAGES.join('|')})[\\\\/]`)
const BY_NAME = /[\\/](?:npm|npx|pnpm|pnpx|yarn|yarnpkg|corepack)(?:-cli|-[\d.]+)?(?:\.[cm]?js)?$/
/** What pm2 starts in the service's process; the service is in `pm_exec_path`. */
const PM2_CONTAINER = /[\\/]ProcessContainer(?:Fork)?(?:Bun)?\.js$/

/** Whether `program` (`process.argv[1]`) only starts others. */
export function isLauncher(program: string | undefined): boolean {
  if (program === undefined || PM2_CONTAINER.test(program)) return false
  const real = realPath(program)
  return !PM2_CONTAINER.test(real) && [program, real].some((path) => BY_NAME.test(path) || IN_PACKAGE.test(path))
}

/** The program whose package.json names the service. */
export function serviceProgram(program: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  const started = env.pm_exec_path ?? program
  // A command of a dependency, such as `next start`: the service is the folder that it is started in.
  return started !== undefined && /[\\/]node_modules[\\/]/.test(started) ? undefined : started
}

function realPath(program: string): string {
  try {
    return realpathSync(program)
  } catch {
    return program
  }
}
