/**
 * A container as the engine knows it, with what Compose wrote on its labels.
 */

import { z } from 'zod'
import { docker, dockerOutput } from './docker.ts'

const inspectSchema = z.array(
  z.object({
    Id: z.string(),
    State: z.object({
      Status: z.string(),
      ExitCode: z.int(),
      StartedAt: z.string(),
      OOMKilled: z.boolean().default(false),
      Health: z.object({ Status: z.string(), Log: z.array(z.object({ Output: z.string() })).nullish() }).nullish(),
    }),
    Config: z.object({ Labels: z.record(z.string(), z.string()) }),
    HostConfig: z.object({
      PortBindings: z.record(z.string(), z.array(z.object({ HostPort: z.string() })).nullable()).nullish(),
    }),
  }),
)

export interface Container {
  readonly id: string
  readonly service: string
  /** Folder of the Compose file that it was made from. */
  readonly workingDir: string
  /** `running`, `restarting`, `exited`, ... as the engine calls it. */
  readonly state: string
  readonly exitCode: number
  readonly ranOutOfMemory: boolean
  readonly startedAt: string
  /** `starting`, `healthy` or `unhealthy`; undefined where it has no health check. */
  readonly health: string | undefined
  /** What the last health check said. */
  readonly lastCheck: string | undefined
  readonly ports: readonly number[]
}

/** All containers of a project, running or not. */
export async function listContainers(project: string): Promise<Container[]> {
  const label = (name: string, value: string) => ['--filter', `label=com.docker.compose.${name}=${value}`]
  const ids = await dockerOutput(['ps', '--all', '--quiet', ...label('project', project), ...label('oneoff', 'False')])
  if (ids === '') return []
  // One that is removed meanwhile is left out, and makes the exit code 1.
  const { stdout } = await docker(['container', 'inspect', ...ids.split('\n')])
  return inspectSchema.parse(JSON.parse(stdout)).map(({ Id, State, Config, HostConfig }) => ({
    id: Id,
    service: Config.Labels['com.docker.compose.service'] ?? '',
    workingDir: Config.Labels['com.docker.compose.project.working_dir'] ?? '',
    state: State.Status,
    exitCode: State.ExitCode,
    ranOutOfMemory: State.OOMKilled,
    startedAt: State.StartedAt,
    health: State.Health?.Status,
    lastCheck: State.Health?.Log?.at(-1)?.Output.trim(),
    ports: Object.values(HostConfig.PortBindings ?? {}).flatMap((bindings) =>
      (bindings ?? []).map(({ HostPort }) => Number(HostPort)),
    ),
  }))
}
