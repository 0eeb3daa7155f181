/**
 * A document as it grows: Markdown with figures, each of which is a file of its own and is named with the file that it was drawn from.
 */

export interface Figure {
  file: string
  svg: string
}

export class Document {
  readonly #parts: string[] = []
  readonly figures: Figure[] = []

  /** A heading; 1 is the title. */
  heading(level: 1 | 2 | 3, text: string): void {
    this.#parts.push(`${'#'.repeat(level)} ${text}`)
  }

  text(...paragraphs: readonly string[]): void {
    this.#parts.push(...paragraphs)
  }

  list(items: readonly string[]): void {
    this.#parts.push(items.map((item) => `- ${item}`).join('\n'))
  }

  table(head: readonly string[], rows: readonly (readonly string[])[]): void {
    const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
    const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`
    this.#parts.push([line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n'))
  }

  /** @param source the file that the figure was drawn from */
  figure(name: string, svg: string, caption: string, source: string): void {
    const file = `figures/${name}.svg`
    this.figures.push({ file, svg })
    this.#parts.push(`![${caption}](${file})`, `*${caption}. From \`${source}\`.*`)
  }

  /** What is not there, and what would give it. */
  missing(what: string, how: string): void {
    this.#parts.push(`**Missing:** ${what}. ${how}`)
  }

  get markdown(): string {
    return `${this.#parts.join('\n\n')}\n`
  }
}
