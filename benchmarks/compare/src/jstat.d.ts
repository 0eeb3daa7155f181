/** The part of jstat, which has no types, that is used here. http://jstat.github.io/distributions.html */
declare module 'jstat' {
  interface Distribution {
    inv(share: number, ...parameters: number[]): number
  }
  const jstat: { studentt: Distribution; normal: Distribution }
  export = jstat
}
