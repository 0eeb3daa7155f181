/**
 * A part of an `Observe` that the package's own entry points reach and users do not see. Kept behind `Symbol.for`, so
 * that the ESM and the CommonJS half of the package can use each other's instances.
 */
export class InternalPart<Part> {
  readonly #key: symbol

  constructor(name: string) {
    this.#key = Symbol.for(`@lab/observe.${name}`)
  }

  attach(observe: object, part: Part): void {
    Object.defineProperty(observe, this.#key, { value: part })
  }

  /** Throws a TypeError for anything that `observe()` or `createObserve()` did not return. */
  of(observe: object): Part {
    const part: Part | undefined = Reflect.get(observe, this.#key)
    if (part === undefined) {
      throw new TypeError('expected what observe() or createObserve() returned; this is something else')
    }
    return part
  }
}
