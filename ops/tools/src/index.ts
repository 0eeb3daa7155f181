/**
 * The programs behind the demo and its tests: where they are, and how to get them without Docker.
 *
 *     const prometheus = await findTool('prometheus')
 *     if (!prometheus) console.error('run `pnpm tools prometheus`')
 */

export { BuildError, buildTool, type Progress } from './build/build.ts'
export { type Tool, type ToolName, toolNamed, toolNames, toolOf } from './catalog/catalog.ts'
export { defaultPlaces, type FoundTool, findTool, type Places } from './find/find.ts'
