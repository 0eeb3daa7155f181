/**
 * What a span is called, whole on hover; some senders give no name at all.
 */

export function SpanName({ name }: { name: string }) {
  if (name === '') return <span class="faint">(no name)</span>
  return (
    <span class="cut" title={name}>
      {name}
    </span>
  )
}
