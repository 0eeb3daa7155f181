/**
 * The text of a log line, in the colours that its program gave it for a terminal.
 */

import { piecesOf } from './ansi.ts'
import './ansi.css'

export function Body({ text }: { text: string }) {
  if (!text.includes('\u001b')) return <>{text}</>
  return (
    <>
      {piecesOf(text).map(({ text: own, look }, index) => (
        <span key={index} class={look}>
          {own}
        </span>
      ))}
    </>
  )
}
