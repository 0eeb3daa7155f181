/**
 * Makes elements. Whatever is given as a child becomes text or is an element already, so nothing that a server sent can
 * turn into markup.
 */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number | boolean | ((event: Event) => unknown)>} [attributes] A function listens to
 *   the event of that name; `true` is an attribute without a value, `false` none.
 * @param {...(Node | string | false)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(name, value)
    else if (value !== false) node.setAttribute(name, value === true ? '' : String(value))
  }
  node.append(...children.filter((child) => child !== false))
  return node
}

/**
 * The element of the page with this id.
 *
 * @template {HTMLElement} [Type=HTMLElement]
 * @param {string} id
 * @param {new () => Type} [type]
 * @returns {Type}
 */
export function byId(id, type) {
  const node = document.getElementById(id)
  if (node instanceof (type ?? HTMLElement)) return /** @type {Type} */ (node)
  throw new Error(`The page has no element with the id ${id} of the expected kind.`)
}

/**
 * Puts new children into `parent`. Who had the focus keeps it, if a new child has the same `data-key`.
 *
 * @param {HTMLElement} parent
 * @param {...(Node | string)} children
 */
export function render(parent, ...children) {
  const focused = document.activeElement
  const key = focused instanceof HTMLElement && parent.contains(focused) ? focused.dataset.key : undefined
  parent.replaceChildren(...children)
  parent.removeAttribute('aria-busy')
  if (key === undefined) return
  const again = parent.querySelector(`[data-key="${CSS.escape(key)}"]`)
  if (again instanceof HTMLElement) again.focus()
}
