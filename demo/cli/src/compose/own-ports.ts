/**
 * Whether Compose can have its ports and its name, asked before anything starts.
 */

import { requireFree } from '../machine/ports.ts'
import { Failure } from '../terminal/failure.ts'
import type { Container } from './container.ts'
import type { Model, Project } from './project.ts'

/** Two clones of the repository would replace each other's containers, since both have the name of the file. */
export function requireOwnName({ folder }: Project, { name }: Model, containers: readonly Container[]): void {
  const other = containers.find(({ workingDir }) => workingDir !== folder)
  if (!other) return
  throw new Failure(
    `Compose runs a project "${name}" from ${other.workingDir} already. Stop that one; or give this one a name of its own ` +
      'with COMPOSE_PROJECT_NAME, move its ports with their variables, and run `pnpm demo up` again.',
  )
}

/** Throws unless every port is free, or held by a container of this project. */
export async function requireOwnPorts(project: Project, model: Model, containers: readonly Container[]): Promise<void> {
  const published = Object.values(model.services).flatMap(({ ports }) => ports.map((port) => port.published))
  const held = containers.filter(({ state }) => state === 'running').flatMap(({ ports }) => ports)
  const needed = Object.entries(await project.ports()).map(([variable, port]) => ({ variable, port }))
  await requireFree(needed.filter(({ port }) => published.includes(port) && !held.includes(port)))
}
