/**
 * What a go.mod says of the programs in it.
 */
import { expect, test } from 'vitest'
import { toolNamed, toolNames } from './catalog.ts'
import { parseModule } from './module.ts'

test('a go.mod says which programs, from which version of which module', () => {
  const text = `module tools/example

go 1.26.7

tool (
	example.com/monitor/cmd/check // checks
	example.com/monitor/cmd/monitor
)

require example.com/monitor v0.316.0

require (
	example.com/monitoring v9.9.9 // indirect
)
`
  expect(parseModule(text, 'go.mod')).toEqual({
    version: '0.316.0',
    goVersion: '1.26.7',
    programs: [
      { name: 'check', package: 'example.com/monitor/cmd/check' },
      { name: 'monitor', package: 'example.com/monitor/cmd/monitor' },
    ],
  })
})

test('a module that is itself the program is called by its name', () => {
  const text = 'module x\ngo 1.25\ntool example.com/load/v2\nrequire example.com/load/v2 v2.1.0 // indirect\n'
  expect(parseModule(text, 'go.mod')).toMatchObject({ version: '2.1.0', programs: [{ name: 'load' }] })
})

test('a go.mod that pins no tool says how to add one', () => {
  expect(() => parseModule('module x\n\ngo 1.26.7\n', 'k6/go.mod')).toThrow('k6/go.mod has no "tool"')
})

test('every tool here is pinned, and named by its release', () => {
  const tools = toolNames.map(toolNamed)
  expect(tools.flatMap(({ programs }) => programs.map(({ name }) => name))).toEqual([
    'prometheus',
    'promtool',
    'alertmanager',
    'amtool',
    'loki',
    'jaeger',
    'k6',
    'kamal-proxy',
  ])
  const majors = Object.fromEntries(tools.map(({ name, version }) => [name, version.split('.')[0]]))
  expect(majors).toEqual({ prometheus: '3', alertmanager: '0', loki: '3', jaeger: '2', k6: '1', 'kamal-proxy': '0' })
})
