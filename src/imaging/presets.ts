import type { Transformation } from './transformation.ts'

/** Named transformations: what a client may ask for by name, and what is made ahead of the first request. */
export const PRESETS = {
  thumb: { width: 800, height: 800, quality: 70, format: 'webp' },
} as const satisfies Record<string, Transformation>
export type PresetName = keyof typeof PRESETS

export function isPreset(name: string): name is PresetName {
  return Object.hasOwn(PRESETS, name)
}
