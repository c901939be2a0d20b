/** The file formats this service knows, by content; the only place that spells their media types and file extensions. */
export const FORMATS = ['jpeg', 'png', 'webp', 'gif', 'avif', 'bmp', 'tiff', 'ico', 'svg'] as const
export type Format = (typeof FORMATS)[number]

/** What the engine can write. */
export const OUTPUT_FORMATS = ['jpeg', 'png', 'webp', 'avif'] as const
export type OutputFormat = (typeof OUTPUT_FORMATS)[number]

interface FormatFacts {
  /** What people call it. */
  readonly name: string
  /** Media type as registered with IANA. */
  readonly mimeType: string
  /** Usual file extension, without the dot. */
  readonly extension: string
}

const FACTS = {
  jpeg: { name: 'JPEG', mimeType: 'image/jpeg', extension: 'jpg' },
  png: { name: 'PNG', mimeType: 'image/png', extension: 'png' },
  webp: { name: 'WebP', mimeType: 'image/webp', extension: 'webp' },
  gif: { name: 'GIF', mimeType: 'image/gif', extension: 'gif' },
  avif: { name: 'AVIF', mimeType: 'image/avif', extension: 'avif' },
  bmp: { name: 'BMP', mimeType: 'image/bmp', extension: 'bmp' },
  tiff: { name: 'TIFF', mimeType: 'image/tiff', extension: 'tiff' },
  ico: { name: 'ICO', mimeType: 'image/x-icon', extension: 'ico' },
  svg: { name: 'SVG', mimeType: 'image/svg+xml', extension: 'svg' },
} as const satisfies Record<Format, FormatFacts>

export function nameOf(format: Format): string {
  return FACTS[format].name
}

export function mimeTypeOf(format: Format): string {
  return FACTS[format].mimeType
}

export function extensionOf(format: Format): string {
  return FACTS[format].extension
}
