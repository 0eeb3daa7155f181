/**
 * Whether a migration only expands the schema: during a roll-out, and after a way back, the code of the release before runs on it.
 */

/** Statements that break code which still uses what they change, each with what to do instead. */
const CONTRACTS: readonly (readonly [RegExp, string])[] = [
  [
    /\bdrop\s+(table|column|schema|view|type|function|index)\b/i,
    'drops; stop using it in one release, drop it in a later one',
  ],
  [
    /\brename\s+(to|column|constraint)\b|\balter\s+\w+\s+\S+\s+rename\b/i,
    'renames; add the new one, write both, drop the old one later',
  ],
  [/\balter\s+column\s+\S+\s+(set\s+data\s+)?type\b/i, 'changes a type; add a column and copy'],
  [/\balter\s+column\s+\S+\s+set\s+not\s+null\b/i, 'forbids null; the old code may still write it'],
  [
    /\badd\s+column\s+(?:if\s+not\s+exists\s+)?\S+\s+(?![^,;]*\bdefault\b)[^,;]*\bnot\s+null\b/i,
    'adds a column that must be given; give it a default',
  ],
  [/\badd\s+constraint\b(?![\s\S]*\bnot\s+valid\b)/i, 'adds a constraint; the old code may break it'],
  [/\btruncate\b|\bdelete\s+from\s+\S+\s*;/i, 'deletes data'],
]

/** Written in a file on purpose, when the release before no longer uses what it changes. */
const ON_PURPOSE = /^--\s*contract: since \S+/m

/** What is wrong, a line each; empty when the release before can run on the new schema. */
export function contractsIn(sql: string): string[] {
  if (ON_PURPOSE.test(sql)) return []
  const statements = sql.replaceAll(/--.*$/gm, '').split(';')
  return statements.flatMap((statement) =>
    CONTRACTS.filter(([pattern]) => pattern.test(`${statement};`)).map(
      ([, why]) => `"${statement.trim().slice(0, 60)}" ${why}`,
    ),
  )
}
