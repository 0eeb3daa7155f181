/** A scraper in a process of its own, so that its work is not counted. It receives a URL and sends the size of the response. */
process.on('message', (url: string) => {
  void fetch(url, { headers: { accept: 'application/openmetrics-text' } })
    .then((response) => response.arrayBuffer())
    .then(({ byteLength }) => process.send?.(byteLength))
})
process.on('disconnect', () => process.exit())
