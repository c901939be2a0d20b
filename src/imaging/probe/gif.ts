import { ByteReader, hasText } from '../byte-reader.ts'
import { GIF_LABEL, gifBlocks } from '../containers/gif.ts'
import type { CodedProbe } from '../probe.ts'

/** Screen size from the header; frames are counted by walking every block. */
export function probeGif(bytes: Uint8Array): CodedProbe {
  const reader = new ByteReader(bytes, 'GIF')
  const codedWidth = reader.u16le(6)
  const codedHeight = reader.u16le(8)
  let frames = 0
  let hasAlpha = false
  let hasIcc = false
  for (const block of gifBlocks(bytes)) {
    if (block.kind === 'image') {
      frames++
      // A decoder allocates by the frame, and the limits look at the screen.
      if (block.width > codedWidth || block.height > codedHeight)
        throw reader.corrupt('has a frame larger than its screen')
      const covers = block.left === 0 && block.top === 0 && block.width >= codedWidth && block.height >= codedHeight
      // What the first frame leaves open is transparent.
      if (frames === 1 && !covers) hasAlpha = true
    } else if (block.kind === 'extension') {
      if (block.label === GIF_LABEL.graphicControl && (reader.u8(block.start + 3) & 1) === 1) hasAlpha = true
      if (block.label === GIF_LABEL.application && hasText(bytes, block.start + 3, 'ICCRGBG1012')) hasIcc = true
    }
  }
  if (frames === 0) throw reader.corrupt('holds no pixels')
  return {
    format: 'gif',
    codedWidth,
    codedHeight,
    orientation: 1,
    frames,
    hasAlpha,
    hasIcc,
    progressive: false,
    lossless: true,
    components: hasAlpha ? 4 : 3,
    chromaSubsampling: 1,
    bitDepth: 8,
  }
}
