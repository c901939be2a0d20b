import { concatBytes, hasText } from '../byte-reader.ts'
import { type PngChunk, pngChunk } from '../containers/png.ts'
import { walkZlib } from '../containers/zlib.ts'
import { harmlessNotice } from './notice.ts'

const KEYWORD = 'Copyright\0'
/** A longer notice is a place to smuggle things in. */
const MAX_NOTICE_BYTES = 2048

/** A `Copyright` text in a chunk written anew: uncompressed, without language or translated keyword; else null. */
export function copyrightText(bytes: Uint8Array, { type, dataStart, dataEnd }: PngChunk): Uint8Array | null {
  if (!hasText(bytes, dataStart, KEYWORD) || dataEnd - dataStart > 2 * MAX_NOTICE_BYTES) return null
  const content = bytes.subarray(dataStart + KEYWORD.length, dataEnd)
  const text =
    type === 'tEXt' ? content : type === 'zTXt' ? compressed(content) : type === 'iTXt' ? international(content) : null
  const notice = text && text.length <= MAX_NOTICE_BYTES && !text.includes(0) ? harmlessNotice(text) : null
  if (!notice) return null
  const keyword = new TextEncoder().encode(KEYWORD)
  return type === 'iTXt'
    ? pngChunk('iTXt', concatBytes([keyword, new Uint8Array(4), notice]))
    : pngChunk('tEXt', concatBytes([keyword, notice]))
}

/** A zero for the method, and a zlib stream. */
function compressed(content: Uint8Array): Uint8Array | null {
  if (content[0] !== 0) return null
  const out = new Uint8Array(MAX_NOTICE_BYTES)
  const stream = walkZlib([content.subarray(1)], MAX_NOTICE_BYTES, out)
  return stream && out.subarray(0, stream.inflated)
}

/** Whether it is compressed, the method, language and keyword in it (both end in NUL), the text. */
function international(content: Uint8Array): Uint8Array | null {
  const language = content.indexOf(0, 2)
  const keyword = language < 0 ? -1 : content.indexOf(0, language + 1)
  if (keyword < 0) return null
  const text = content.subarray(keyword + 1)
  return content[0] === 0 ? text : compressed(concatBytes([new Uint8Array(1), text]))
}
