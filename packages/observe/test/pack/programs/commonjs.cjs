/** A consumer written as CommonJS. */

const { adminListener, observe } = require('@lab/observe')
const { observeHttp } = require('@lab/observe/http')

void import('./service.mjs').then(({ serveOnce }) => serveOnce({ observe, adminListener, observeHttp }))
