/**
 * Reads vitest's JSON report and its exit code. Prints how many tests passed and failed, and on the lines after it each
 * that failed, with the first line of why. A file that did not load, and a run that broke off, have no failed test to show
 * for it and count as one each.
 */

import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'

const [report, exitCode] = process.argv.slice(2)
const { numPassedTests, testResults } = existsSync(report)
  ? JSON.parse(readFileSync(report, 'utf8'))
  : { numPassedTests: 0, testResults: [] }

const failed = testResults.flatMap(({ name, status, message, assertionResults }) => {
  const file = relative(process.cwd(), name)
  const tests = assertionResults.filter((test) => test.status === 'failed')
  if (status === 'failed' && tests.length === 0) return [line(file, message)]
  return tests.map(({ fullName, failureMessages }) => line(`${file} > ${fullName}`, failureMessages[0]))
})
if (failed.length === 0 && exitCode !== '0') failed.push(`ended with code ${exitCode}, with no test that failed`)

process.stdout.write(`${numPassedTests} ${failed.length}\n${failed.map((each) => `${each}\n`).join('')}`)

function line(what, why = '') {
  return `${what}: ${why.split('\n')[0]}`
}
