/**
 * The values that an attribute or a structured log body may have.
 */

/** Text, number, boolean, or a nested list or map of them; bytes arrive as base64 text. */
export type Value = string | number | boolean | null | Value[] | { [key: string]: Value }
export type Attributes = Record<string, Value>
