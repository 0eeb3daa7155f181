/**
 * Which versions of Node.js the doctor accepts.
 */
import { expect, test } from 'vitest'
import { installed } from './installed.ts'

const [major = 0, minor = 0, patch = 0] = process.versions.node.split('.').map(Number)
const next = `${major}.${minor + 1}.0`

test.each([
  { engines: `>=${major}.${minor}.${patch}`, level: 'ok' },
  { engines: `^${major}.0.0 || >=${major + 2}.0.0`, level: 'ok' },
  { engines: `^${major - 2}.0.0 || >=${major}.${minor}.0`, level: 'ok' },
  { engines: `>=${next}`, level: 'problem' },
  { engines: `^${next} || >=${major + 2}.0.0`, level: 'problem' },
  // A line between two that are named.
  { engines: `^${major - 1}.0.0 || >=${major + 1}.0.0`, level: 'problem' },
])('this Node.js is $level for $engines', ({ engines, level }) => {
  const { results } = installed([], { version: '1.0.0', engines, folder: import.meta.dirname }, import.meta.dirname)
  expect(results[0]).toMatchObject({ level, text: expect.stringContaining(process.versions.node) })
})
