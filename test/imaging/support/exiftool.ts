import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** Tag groups that describe the file and its coding, not its maker or its owner. */
const TECHNICAL =
  /^(SourceFile|ExifTool:|System:|File:|Composite:|JFIF:|Adobe:|GIF:|RIFF:|QuickTime:|Meta:|Track\d:|PNG)/
/** Technical groups carry a few tags that are not. */
const PERSONAL =
  /Comment|XMP|GPS|Artist|Author|Software|Creator|Thumbnail|PreviewImage|Trailer|Serial|Make$|Model$|CreationTime|Text$/i
const KEPT = new Set(['IFD0:Orientation', 'IFD0:Copyright'])

export function hasExiftool(): boolean {
  return spawnSync('exiftool', ['-ver']).status === 0
}

/** What exiftool finds in each file beyond pixels, profile, orientation and copyright: nothing, one hopes. */
export function personalTags(files: ReadonlyMap<string, Uint8Array>): Map<string, string[]> {
  const directory = mkdtempSync(path.join(tmpdir(), 'metadata-'))
  try {
    const names = [...files.keys()]
    for (const [i, name] of names.entries()) writeFileSync(path.join(directory, `${i}`), files.get(name) as Uint8Array)
    const found = new Map<string, string[]>()
    for (const tags of readTags(directory)) {
      const name = names[Number(path.basename(String(tags.SourceFile)))]
      const personal = Object.keys(tags).filter(isPersonal)
      if (name !== undefined && personal.length > 0) found.set(name, personal)
    }
    return found
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** exiftool exits with 1 when it minds any file, and has printed the others all the same. */
function readTags(directory: string): Record<string, unknown>[] {
  const { stdout } = spawnSync('exiftool', ['-a', '-G1', '-s', '-json', '-r', '-ext', '*', directory], {
    maxBuffer: 1 << 28,
  })
  return JSON.parse(stdout.toString())
}

function isPersonal(tag: string): boolean {
  if (KEPT.has(tag) || /^PNG:Copyright/.test(tag)) return false
  // A profile describes colours, and names who made it, not who took the picture.
  if (/^ICC/.test(tag)) return false
  return !TECHNICAL.test(tag) || PERSONAL.test(tag)
}
