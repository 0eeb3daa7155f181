/** pg-cursor, as far as the tests use it; it ships no types. */
declare module 'pg-cursor' {
  import type { Submittable } from 'pg'

  class Cursor<Row = unknown> implements Submittable {
    constructor(text: string, values?: unknown[])
    submit: Submittable['submit']
    read(rows: number): Promise<Row[]>
    close(): Promise<void>
  }

  export { Cursor as default }
}
