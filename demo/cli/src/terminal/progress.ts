/**
 * Shows work that goes on side by side, one row each: a spinner at a terminal, plain lines elsewhere.
 */

import { Listr, type ListrTask } from 'listr2'

export interface Row {
  readonly title: string
  work(row: RowControl): Promise<void>
}

export interface RowControl {
  /** Says behind the title what is going on. */
  step(text: string): void
  /** Ends the row as left out. */
  skip(text: string): void
}

/** Works on all rows; when some fail the others go on to their end, and then the first failure is thrown. */
export async function showProgress(rows: readonly Row[]): Promise<void> {
  const failures: unknown[] = []
  const tasks = rows.map(({ title, work }): ListrTask => {
    return {
      title,
      task: async (_, task) => {
        try {
          const step = (text: string) => {
            task.title = text ? `${title}: ${text}` : title
          }
          const skip = (text: string) => {
            step(text)
            task.skip()
          }
          await work({ step, skip })
        } catch (error) {
          failures.push(error)
          throw new Error('see below', { cause: error }) // The caller tells the whole story, once.
        }
      },
    }
  })
  await new Listr(tasks, {
    concurrent: true,
    exitOnError: false,
    registerSignalListeners: false,
    rendererOptions: { collapseErrors: false, showErrorMessage: false, formatOutput: 'truncate' },
    fallbackRenderer: 'simple',
  }).run()
  if (failures.length > 0) throw failures[0]
}
