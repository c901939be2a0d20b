import { mimeTypeOf, OUTPUT_FORMATS, type OutputFormat } from '#imaging/formats.ts'

/**
 * The image formats an `Accept` header names (RFC 9110 §12.5.1) with a weight above 0. Wildcards name none: every client sends
 * one, also those that have never heard of AVIF.
 */
export function acceptedFormats(header: string | undefined): ReadonlySet<OutputFormat> {
  const types = acceptedTypes(header)
  return new Set(OUTPUT_FORMATS.filter((format) => types.has(mimeTypeOf(format))))
}

/** Whether a page is asked for, as browsers do when somebody opens an address. */
export function acceptsHtml(header: string | undefined): boolean {
  return acceptedTypes(header).has('text/html')
}

function acceptedTypes(header: string | undefined): ReadonlySet<string> {
  const accepted = new Set<string>()
  for (const range of (header ?? '').split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    if (!parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))) accepted.add(type)
  }
  return accepted
}
