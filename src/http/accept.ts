import { mimeTypeOf, OUTPUT_FORMATS, type OutputFormat } from '#imaging/formats.ts'

/**
 * The image formats an `Accept` header names (RFC 9110 §12.5.1) with a weight above 0. Wildcards name none: every client sends
 * one, also those that have never heard of AVIF.
 */
export function acceptedFormats(header: string | undefined): ReadonlySet<OutputFormat> {
  const accepted = new Set<OutputFormat>()
  for (const range of (header ?? '').split(',')) {
    const [type, ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    const format = OUTPUT_FORMATS.find((candidate) => mimeTypeOf(candidate) === type)
    if (format !== undefined && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))) accepted.add(format)
  }
  return accepted
}
