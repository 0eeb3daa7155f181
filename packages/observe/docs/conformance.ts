/**
 * Writes the page about conformance from the rules and from the table of variables that the settings themselves use.
 */
import { SUPPORTED_VARIABLES, unsupportedVariables } from '../src/settings/variables.ts'
import { type RuleSet, ruleSets } from './conformance-rules.ts'

/** The whole page. */
export function conformance(): string {
  const variables = [
    ...SUPPORTED_VARIABLES.map((name) => [name, 'done', 'see the README'] as const),
    ...Object.entries(unsupportedVariables).map(([name, { status, why }]) => [name, status, why] as const),
  ]
  const rows = variables.map(([name, status, why]) => `| \`${name}\` | ${status} | ${why} |`)
  return `<!-- Written by \`pnpm run generate\` from docs/conformance-rules.ts and src/settings/variables.ts. Do not edit. -->

# Conformance

What the library does about each rule: *done*, with the test that holds it, or *no*, on purpose, with the reason.

${ruleSets.map(sectionOf).join('\n')}
## Variables of the environment

*done*: read. *warned*: a warning at the start says that it has no effect. *ignored*: what it asks for holds without it.

| variable | status | |
| --- | --- | --- |
${rows.sort().join('\n')}
`
}

function sectionOf({ title, source, rules }: RuleSet): string {
  const rows = rules.map(({ rule, status, note, test }) => {
    const held = test === undefined ? '' : `\`${test}\``
    return `| ${rule} | ${status} | ${note} | ${held} |`
  })
  return `## ${title}

Specification: <${source}>

| rule | status | | test |
| --- | --- | --- | --- |
${rows.join('\n')}
`
}
