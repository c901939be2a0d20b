import { readFileSync } from 'node:fs'
import path from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { NativePixels } from '#imaging/codecs/native.ts'
import type { RenderJob, Source } from '#imaging/engine.ts'
import { ImagingError } from '#imaging/errors.ts'
import { probe } from '#imaging/probe.ts'

const root = path.resolve(import.meta.dirname, '../../..')

export const MODULE = new WebAssembly.Module(readFileSync(path.join(root, 'src/imaging/codecs/pixels.wasm')))

export const pixels = new NativePixels(MODULE)

export function sourceOf(bytes: Uint8Array): Source {
  return { probe: probe(bytes), size: bytes.length, body: bytes }
}

/** A job that keeps the whole upright image, unless told otherwise. */
export function jobFor(source: Source, changes: Partial<RenderJob> = {}): RenderJob {
  const { orientation, width, height } = source.probe
  return {
    orientation,
    crop: null,
    width,
    height,
    format: 'png',
    quality: 80,
    lossless: false,
    background: null,
    ...changes,
  }
}

export async function render(bytes: Uint8Array, changes: Partial<RenderJob> = {}): Promise<Uint8Array> {
  const source = sourceOf(bytes)
  return (await pixels.render(source, jobFor(source, changes))).bytes
}

/** The code of the ImagingError `work` ends with; anything else fails the test. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
  } catch (error) {
    if (error instanceof ImagingError) return error.code
    throw error
  }
  return 'none'
}

/**
 * Something like a photograph: light falling over soft shapes, hard edges, texture and fine lines. Deterministic, and
 * the same at every size.
 */
export function photograph(width: number, height: number): Buffer {
  const data = Buffer.alloc(width * height * 3)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [u, v] = [x / width, y / height]
      const light = 110 + 80 * Math.sin(3 * u + 2 * v) + 30 * Math.cos(11 * v)
      const texture = 12 * Math.sin(90 * u + 40 * Math.sin(7 * v)) * Math.cos(70 * v)
      const disc = (u - 0.62) ** 2 + (v - 0.4) ** 2 < 0.03 ? 60 : 0
      const line = Math.abs(u - v * 0.7 - 0.1) < 0.004 ? -90 : 0
      const at = (y * width + x) * 3
      data[at] = clamp(light + texture + disc + line)
      data[at + 1] = clamp(light * 0.8 + texture - disc * 0.4 + line + 20 * v)
      data[at + 2] = clamp(230 - light + texture * 0.5 + line + 40 * u)
    }
  return data
}

function clamp(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value)))
}

export function picture(width: number, height: number): Sharp {
  return sharp(photograph(width, height), { raw: { width, height, channels: 3 } })
}
