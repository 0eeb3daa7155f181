/**
 * A word, literal or sign of an SQL text.
 */

/** A piece of an SQL text; comments and white space are none. */
export interface Token {
  kind: 'word' | 'quoted' | 'literal' | 'symbol'
  text: string
  /** Whether white space or a comment stands before it. */
  spaced: boolean
}
