/**
 * What a browser sees that comes without the token, or with a wrong one: where the token is printed, and a field that takes it.
 * It is sent before the guard lets anyone in, so it is one document that needs nothing else, and runs no script.
 */

import { createHash } from 'node:crypto'
import { html, raw } from 'hono/html'

const STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1b1f23, #e4e7ea); --soft: light-dark(#565d64, #a0a8b1);
  --line: light-dark(#c9cac4, #424950); --accent: light-dark(#1f5f9e, #7ab8f2); --error: light-dark(#b8233f, #ff7a8c) }
body { display: grid; place-content: center; min-height: 100vh; margin: 0; padding: 24px; box-sizing: border-box;
  background: light-dark(#f6f6f4, #121417); color: var(--ink); font: 14px/1.5 system-ui, sans-serif }
main { max-width: 480px; padding: 24px; background: light-dark(#fff, #191c20); border: 1px solid var(--line); border-radius: 8px }
h1 { margin: 0 0 8px; font-size: 18px }
p { margin: 0 0 14px; color: var(--soft) }
p.wrong { color: var(--error) }
code { font: 13px ui-monospace, monospace; color: var(--ink); overflow-wrap: anywhere }
label { display: block; margin-bottom: 4px; font-weight: 600 }
form div { display: flex; gap: 8px }
input, button { height: 34px; padding: 0 10px; border: 1px solid var(--line); border-radius: 5px; font: inherit }
input { flex: 1; min-width: 0; background: transparent; color: inherit; font-family: ui-monospace, monospace }
button { border-color: var(--accent); background: var(--accent); color: light-dark(#fff, #10202f); cursor: pointer }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
`

/** Lets exactly this style pass the Content-Security-Policy. */
export const styleSource = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`

/** `path` and `kept` are where the browser wanted to go, and goes with the right token. */
export function tokenPage(path: string, kept: [name: string, value: string][], wrong: boolean) {
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Token needed · Console</title>
<style>${raw(STYLE)}</style>
<main>
<h1>This console asks for its token</h1>
<p>It listens beyond this machine, so not everyone may look. It printed a link with the token where it was started, on the
line that begins with <code>Console</code>; the token alone stands after <code>Token</code>, and in the file
<code>token</code> of its data folder.</p>
${wrong ? html`<p class="wrong" role="alert">That is not the token. Copy the whole of it.</p>` : ''}
<form action="${path}">
${kept.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<label for="token">Token</label>
<div><input id="token" name="token" type="password" autocomplete="current-password" required autofocus><button>Open</button></div>
</form>
</main>
</html>`
}
