import type { Probe } from '#imaging/probe.ts'

/** A probe of an ordinary photo, but for the facts given. Sizes are upright. */
export function probeOf(facts: Partial<Probe> = {}): Probe {
  const { width = 1200, height = 800, orientation = 1 } = facts
  const turned = orientation >= 5
  return {
    format: 'jpeg',
    width,
    height,
    codedWidth: turned ? height : width,
    codedHeight: turned ? width : height,
    orientation,
    frames: 1,
    hasAlpha: false,
    hasIcc: false,
    progressive: false,
    lossless: false,
    components: 3,
    chromaSubsampling: 4,
    bitDepth: 8,
    ...facts,
  }
}
