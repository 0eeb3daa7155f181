/**
 * Prints how many tests passed and failed, from vitest's JSON report and its exit code. A file that did not load, and a run
 * that broke off, have no failed test to show for it and count as one each.
 */

import { existsSync, readFileSync } from 'node:fs'

const [report, exitCode] = process.argv.slice(2)
const { numPassedTests, numFailedTests, testResults } = existsSync(report)
  ? JSON.parse(readFileSync(report, 'utf8'))
  : { numPassedTests: 0, numFailedTests: 0, testResults: [] }
const broken = testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
)
const failed = numFailedTests + broken.length
process.stdout.write(`${numPassedTests} ${failed === 0 && exitCode !== '0' ? 1 : failed}\n`)
