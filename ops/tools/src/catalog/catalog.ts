/**
 * The tools that can be built here. Which module, version and programs is said once, in each tool's own go.mod; this file
 * adds what a go.mod cannot say.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Program, parseModule } from './module.ts'

/** A Go module of ours that pins a tool, and the programs it gives. */
export interface Tool {
  readonly name: string
  /** Holds go.mod and go.sum. */
  readonly folder: string
  /** The version that the programs call themselves, such as `3.16.0`. */
  readonly version: string
  /** The Go release that go.mod asks for at least. */
  readonly goVersion: string
  readonly programs: readonly Program[]
  /** Further arguments of `go build`. */
  readonly buildArguments: readonly string[]
}

export interface BuildTraits {
  /** The release that a version of the Go module is; by default they are the same. */
  readonly release?: (moduleVersion: string) => string
  readonly tags?: readonly string[]
  /** The Go variable that holds the version which the program prints. */
  readonly versionVariable?: string
}

const traits = {
  prometheus: {
    // Modules count v0.316.0 where releases count 3.16.0.
    release: (version) => version.replace(/^0\.(\d)0?(\d+)\./, '$1.$2.'),
    // File and HTTP discovery stay; the rest would bring the client libraries of every cloud.
    tags: ['remove_all_sd', 'netgo'],
    versionVariable: 'github.com/prometheus/common/version.Version',
  },
  alertmanager: { versionVariable: 'github.com/prometheus/common/version.Version' },
  loki: { versionVariable: 'github.com/grafana/loki/v3/pkg/util/build.Version' },
  jaeger: {
    // Both lines were released from one module until v1 ended; cmd/jaeger is v2.
    release: (version) => version.replace(/^1\.62\.0$/, '2.0.0-rc2'),
    versionVariable: 'github.com/jaegertracing/jaeger/pkg/version.latestVersion',
  },
  k6: {},
  'kamal-proxy': {},
} satisfies Record<string, BuildTraits>

export type ToolName = keyof typeof traits

export const toolNames: readonly ToolName[] = ['prometheus', 'alertmanager', 'loki', 'jaeger', 'k6', 'kamal-proxy']

/** The tool whose go.mod is in the folder of its name. */
export function toolNamed(name: ToolName): Tool {
  return readTool(name, join(import.meta.dirname, '..', '..', name), traits[name])
}

/** The tool that a program belongs to: Prometheus for `promtool`. */
export function toolOf(program: string): Tool | undefined {
  return toolNames.map(toolNamed).find(({ programs }) => programs.some(({ name }) => name === program))
}

export function readTool(name: string, folder: string, { release, tags, versionVariable }: BuildTraits = {}): Tool {
  const module = parseModule(readFileSync(join(folder, 'go.mod'), 'utf8'), join(folder, 'go.mod'))
  const version = release ? release(module.version) : module.version
  const linkerFlags = ['-s', '-w', ...(versionVariable ? ['-X', `${versionVariable}=${version}`] : [])]
  return {
    name,
    folder,
    version,
    goVersion: module.goVersion,
    programs: module.programs,
    buildArguments: [
      '-trimpath',
      '-buildvcs=false',
      ...(tags ? ['-tags', tags.join(',')] : []),
      '-ldflags',
      linkerFlags.join(' '),
    ],
  }
}
