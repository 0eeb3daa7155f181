/** One layer of router 2.2, which Express 5.0 to 5.2 may be installed with: it keeps no path, only a function. */
declare module 'router22/lib/layer.js' {
  interface Layer {
    matchers: ((path: string) => { path: string; params: Record<string, unknown> } | false)[]
  }
  const Layer: new (path: string, options: { end: boolean }, handle: () => void) => Layer

  export = Layer
}
