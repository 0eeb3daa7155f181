/**
 * The report as one HTML page that needs no network: pictures are in it, light or dark as the reader has it, and it prints on A4.
 */
import { Marked } from 'marked'
import type { Document } from './document.ts'

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2024; --soft: #60666d; --line: #d9dde1; --ground: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8ea; --soft: #a0a7ae; --line: #3a4047; --ground: #16191c; } }
body { margin: 0 auto; max-width: 46rem; padding: 2rem 1.25rem; font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--ground); }
h1 { font-size: 2rem; line-height: 1.2 } h2 { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 1.5rem } h3 { margin-top: 2rem }
table { border-collapse: collapse; width: 100%; font-size: 0.85rem; font-variant-numeric: tabular-nums; display: block; overflow-x: auto }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.6rem 0.3rem 0; border-bottom: 1px solid var(--line) }
code { font-size: 0.88em } svg { max-width: 100%; height: auto } em { color: var(--soft); font-size: 0.85rem } a { color: inherit }
@page { size: A4; margin: 18mm }
@media print { :root { --ink: #000; --soft: #444; --ground: #fff } body { max-width: none; padding: 0; font-size: 10pt } h2 { break-before: page; border: 0 } h2, h3 { break-after: avoid } svg, tr { break-inside: avoid } table { display: table } }
`

export function pageOf(document: Document, title: string): string {
  const figures = new Map(document.figures.map(({ file, svg }) => [file, svg]))
  const marked = new Marked({
    renderer: {
      image: ({ href, text }) =>
        (figures.get(href) ?? '').replace('<svg ', `<svg role="img" aria-label="${escapeAttribute(text)}" `),
    },
  })
  const body = marked.parse(document.markdown, { async: false })
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeAttribute(title)}</title>
<style>${STYLE}</style>
<body>
${body}</body>
</html>
`
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
