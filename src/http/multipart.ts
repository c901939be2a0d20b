import {
  MaxFileSizeExceededError,
  MaxTotalSizeExceededError,
  MultipartParseError,
  MultipartParser,
  type MultipartPart,
} from '@remix-run/multipart-parser'
import { AppError } from '#domain/errors.ts'
import { bodyRoom } from './body-room.ts'
import { slabsOf } from './body-slabs.ts'

export interface FormFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** A parsed form: every text field with all its values in order, every file field with its files. */
export interface Form {
  readonly fields: ReadonlyMap<string, readonly string[]>
  readonly files: ReadonlyMap<string, readonly FormFile[]>
}

/** Far above any honest form, far below what costs time. */
const MAX_PARTS = 200
const MAX_HEADER_BYTES = 16 * 1024
const MAX_FIELDS_BYTES = 1024 * 1024

/**
 * Reads a multipart/form-data body, stopping at the first byte over a limit: workerd's own `formData()` buffers all of it
 * first, throws on malformed ones, and turns a part with only `filename*` into a string. What is read takes room in the isolate
 * until the request is answered.
 *
 * @throws AppError `invalid_input`, `too_large`, `unavailable`
 */
export async function readForm(
  request: Request,
  limits: { maxFileBytes: number; maxTotalBytes?: number },
): Promise<Form> {
  const boundary = boundaryOf(request.headers.get('content-type'))
  if (boundary === null) throw new AppError('invalid_input', 'The body must be multipart/form-data with a boundary')
  const encoding = request.headers.get('content-encoding') ?? 'identity'
  if (encoding !== 'identity') throw new AppError('invalid_input', 'A compressed body is not accepted')
  if (request.body === null) throw new AppError('invalid_input', 'The multipart body is empty')
  const tooLarge = () => new AppError('too_large', `The file exceeds the maximum of ${limits.maxFileBytes} bytes`)
  const maxTotalSize = (limits.maxTotalBytes ?? limits.maxFileBytes) + MAX_FIELDS_BYTES
  const declared = Number(request.headers.get('content-length') ?? 0)
  // A declared size is believed only to refuse early; what arrives is counted all the same.
  if (declared > maxTotalSize) throw tooLarge()
  const parser = new MultipartParser(boundary, {
    maxHeaderSize: MAX_HEADER_BYTES,
    maxParts: MAX_PARTS,
    maxFileSize: limits.maxFileBytes,
    maxTotalSize,
  })
  try {
    return await collect(request, request.body, parser)
  } catch (error) {
    if (error instanceof MaxFileSizeExceededError || error instanceof MaxTotalSizeExceededError) throw tooLarge()
    if (error instanceof MultipartParseError) throw new AppError('invalid_input', error.message, { cause: error })
    // The parser decodes names and texts strictly: bytes that are no UTF-8.
    if (error instanceof TypeError && /decode/i.test(error.message)) {
      throw new AppError('invalid_input', 'Names and text fields of the form must be UTF-8', { cause: error })
    }
    throw error
  }
}

async function collect(request: Request, body: ReadableStream<Uint8Array>, parser: MultipartParser): Promise<Form> {
  const fields = new Map<string, string[]>()
  const files = new Map<string, FormFile[]>()
  for await (const slab of slabsOf(body, (bytes) => bodyRoom.take(request, bytes))) {
    bodyRoom.lend(request, slab)
    try {
      for (const part of parser.write(slab)) add(part, fields, files)
    } catch (error) {
      // Bytes after the closing delimiter are an epilogue (RFC 2046 §5.1.1), often just a CRLF in a packet of its own.
      if (isComplete(parser)) break
      throw error
    }
  }
  parser.finish()
  bodyRoom.arrived(request)
  for (const { bytes } of [...files.values()].flat()) bodyRoom.lend(request, bytes)
  return { fields, files }
}

function isComplete(parser: MultipartParser): boolean {
  try {
    parser.finish()
    return true
  } catch {
    return false
  }
}

function add(part: MultipartPart, fields: Map<string, string[]>, files: Map<string, FormFile[]>): void {
  const name = part.name
  if (name === undefined || name === '') throw new AppError('invalid_input', 'A part of the form has no name')
  if (part.filename !== undefined || part.isFile) {
    files.set(name, [...(files.get(name) ?? []), { name: decodeName(part.filename ?? ''), bytes: part.bytes }])
  } else {
    fields.set(name, [...(fields.get(name) ?? []), part.text])
  }
}

/** Browsers and curl escape exactly these three in a part's file name (WHATWG HTML, multipart/form-data encoding). */
function decodeName(name: string): string {
  return name.replaceAll('%22', '"').replaceAll(/%0d|%0a/gi, ' ')
}

function boundaryOf(contentType: string | null): string | null {
  if (contentType === null || !/^multipart\/form-data\s*;/i.test(contentType)) return null
  const match = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType)
  return match?.[1] ?? match?.[2] ?? null
}
