/**
 * The options that say what a command reads, and the folder of the user in which the console keeps its data.
 */

import type { Command } from 'commander'
import envPaths from 'env-paths'

export const dataFolder = envPaths('observe-console', { suffix: '' }).data

export interface SourceFlags {
  url?: string
  data: string
}

export function withSource(command: Command): Command {
  return command
    .option('--url <address>', 'the console to ask, as it prints itself; left out: the one that uses the data folder')
    .option('--data <folder>', 'the data folder, read itself where no console runs', dataFolder)
}
