/**
 * Pictures of the products, drawn here, since a machine without an emoji font shows empty boxes for emoji. Each is a line
 * drawing with one tinted part, in the colours of the page around it.
 */

/** On a field of 64 by 64: what is tinted, and the lines. @type {Map<string | undefined, { tint: string, lines: string }>} */
const drawings = new Map(
  Object.entries({
    beans: {
      tint: 'M14 34a12 9 -40 1 1 20-16a12 9 -40 1 1-20 16z',
      lines:
        'M14 34a12 9 -40 1 1 20-16a12 9 -40 1 1-20 16zM15 33c7-2 3-9 18-14M31 48a12 9 -30 1 1 20-12a12 9 -30 1 1-20 12zM32 47c8-1 5-8 18-10',
    },
    bag: {
      tint: 'M19 30h26v16H19z',
      lines: 'M17 18h30v36H17zM17 18l4-8h22l4 8M19 30h26v16H19zM32 34a5 4 90 1 1-.1 0zM32 34v8',
    },
    dripper: {
      tint: 'M14 16h36L38 40H26z',
      lines: 'M14 16h36L38 40H26zM50 20c9-1 8 11-4 10M18 44h28M24 22l6 14M40 22l-6 14M32 48v2M32 55v2',
    },
    filters: { tint: 'M12 22h34L36 50H22z', lines: 'M12 22h34L36 50H22zM18 22l2-8h34L44 42l-5 1M29 22v28' },
    grinder: {
      tint: 'M24 22h16v14H24z',
      lines: 'M24 22h16v32H24zM24 36h16M32 22v-8M32 14h18M50 14v-3M50 14v3M27 42h10',
    },
    kettle: {
      tint: 'M22 28h22l4 26H18z',
      lines: 'M22 28h22l4 26H18zM20 42c-9 2-7-14-13-18M46 32c12-3 14 14 3 16M27 28c0-6 12-6 12 0M33 23v-5',
    },
    scale: { tint: 'M16 20h32v8H16z', lines: 'M10 34h44v18H10zM16 20h32v8H16zM32 28v6M16 43h14M40 43h.1M46 43h.1' },
    tea: {
      tint: 'M14 32h34c0 14-6 20-17 20S14 46 14 32z',
      lines:
        'M14 32h34c0 14-6 20-17 20S14 46 14 32zM48 35c9-2 9 10-2 10M24 25c-3-4 3-6 0-11M32 25c-3-4 3-6 0-11M40 25c-3-4 3-6 0-11',
    },
    leaf: {
      tint: 'M14 50C10 26 26 12 52 12C54 38 38 54 14 50z',
      lines: 'M14 50C10 26 26 12 52 12C54 38 38 54 14 50zM10 56C20 42 28 34 40 25M25 38V27M30 34h12',
    },
    matcha: {
      tint: 'M10 34h44c-2 14-10 20-22 20S12 48 10 34z',
      lines: 'M10 34h44c-2 14-10 20-22 20S12 48 10 34zM38 10l8-3 4 10-8 3zM42 20l-3 14M46 19v15M50 17l2 17',
    },
    cup: { tint: 'M14 24h36l-5 26H19z', lines: 'M14 24h36l-5 26H19zM16 34h32M26 54h12' },
    rarity: {
      tint: 'M32 8l5 14 15 1-12 9 4 15-12-9-12 9 4-15-12-9 15-1z',
      lines: 'M32 8l5 14 15 1-12 9 4 15-12-9-12 9 4-15-12-9 15-1zM22 56h20',
    },
  }),
)

/** For a product without a picture of its own. */
const parcel = { tint: 'M12 22h40v10H12z', lines: 'M12 22h40v30H12zM12 32h40M12 22l6-9h28l6 9M32 13v19' }

/** The picture of a product by its `image`; a parcel where there is none. @param {string} [image] */
export function picture(image) {
  const { tint, lines } = drawings.get(image) ?? parcel
  const svg = part('svg', { class: 'picture', viewBox: '0 0 64 64', 'aria-hidden': 'true' })
  svg.append(part('path', { class: 'tint', d: tint }), part('path', { class: 'lines', d: lines }))
  return svg
}

/** @param {'svg' | 'path'} name @param {Record<string, string>} attributes */
function part(name, attributes) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', name)
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value)
  return node
}
