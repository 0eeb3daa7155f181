/**
 * Texts with the colours of terminals, as pieces with their class; every other escape sequence is left out.
 */

export interface Piece {
  text: string
  /** Classes of ansi.css; '' for plain text. */
  look: string
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences of terminals are what is read.
const SEQUENCE = /\u001b(?:\[([0-9;]*)([A-Za-z])|\[[^A-Za-z]*[A-Za-z]?|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|.?)/g
const COLOURS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white']

interface Style {
  colour: string
  bold: boolean
}

const PLAIN: Style = { colour: '', bold: false }

export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = []
  let style = PLAIN
  let at = 0
  const add = (until: number) => {
    if (until > at) pieces.push({ text: text.slice(at, until), look: classOf(style) })
  }
  for (const { index, 0: sequence, 1: codes, 2: command } of text.matchAll(SEQUENCE)) {
    add(index)
    at = index + sequence.length
    if (command === 'm') style = styled(style, codes ?? '')
  }
  add(text.length)
  return pieces
}

/** SGR of ECMA-48: 0 resets, 1 is bold, 30 to 37 and 90 to 97 are colours; of 38 and 48 the colour that follows is skipped. */
function styled(before: Style, codes: string): Style {
  let style = before
  const numbers = codes.split(';').map(Number)
  for (let index = 0; index < numbers.length; index++) {
    const code = numbers[index] ?? 0
    if (code === 38 || code === 48) index += numbers[index + 1] === 5 ? 2 : 4
    else style = changed(style, code)
  }
  return style
}

function changed(style: Style, code: number): Style {
  if (code === 0) return PLAIN
  if (code === 1 || code === 22) return { ...style, bold: code === 1 }
  if (code === 39) return { ...style, colour: '' }
  const isColour = (code >= 30 && code <= 37) || (code >= 90 && code <= 97)
  return isColour ? { ...style, colour: COLOURS[code % 10] ?? '' } : style
}

function classOf({ colour, bold }: Style): string {
  return [colour && `ansi-${colour}`, bold && 'ansi-bold'].filter(Boolean).join(' ')
}

export function plainText(text: string): string {
  return text.replace(SEQUENCE, '')
}
