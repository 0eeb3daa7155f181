/**
 * A log level, distinguished by its letters as well as its colour.
 */

import type { Level as LevelName } from '../../contract/contract.ts'
import './level.css'

const SHORT: Record<LevelName, string> = {
  trace: 'TRC',
  debug: 'DBG',
  info: 'INF',
  warn: 'WRN',
  error: 'ERR',
  fatal: 'FTL',
}

export const LEVELS: readonly LevelName[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal']

/** The CSS variable that a level is drawn in on charts. */
export const LEVEL_COLOURS: Record<LevelName, string> = {
  trace: '--line-strong',
  debug: '--line-strong',
  info: '--chart-2',
  warn: '--warn',
  error: '--error',
  fatal: '--error',
}

export function Level({ level }: { level: LevelName }) {
  return (
    <span class={`level ${level}`} title={level}>
      {SHORT[level]}
    </span>
  )
}
