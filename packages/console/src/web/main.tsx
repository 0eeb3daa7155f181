/**
 * Where the page begins: styles in the order they build on each other, links that stay in the page, then the first render.
 */

import './style/theme.css'
import './style/base.css'
import './style/controls.css'
import './style/table.css'
import { render } from 'preact'
import { App } from './shell/app.tsx'
import { followLinks } from './state/address.ts'

followLinks()
const page = document.getElementById('page')
if (page) render(<App />, page)
