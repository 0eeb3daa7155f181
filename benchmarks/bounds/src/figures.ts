/** Figures as text, and out of the text of a scrape. */

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}

/** The sum of what the first group of `sample` finds; it matches one sample of a scrape at a time. */
export function sampleSum(scrape: string, sample: RegExp): number {
  return Array.from(scrape.matchAll(sample), ([, value]) => Number(value)).reduce((sum, value) => sum + value, 0)
}
