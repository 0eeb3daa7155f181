/** Express 4 under its alias; what the tests use of it is typed like Express 5. */
declare module 'express4' {
  export { default } from 'express'
}
