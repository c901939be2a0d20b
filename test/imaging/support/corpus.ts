import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

const ROOT = path.resolve(import.meta.dirname, '../../../../shared/corpus')

/** One file of the corpus of good, odd and hostile images, which lives beside the project where there is one. */
export interface CorpusFile {
  readonly category: string
  readonly expect: string
  readonly type: string
  /** As stored, `[width, height, frames]`; null where the manifest does not say. */
  readonly size: readonly [number, number, number] | null
  readonly name: string
  read(): Uint8Array
}

export function corpus(): CorpusFile[] {
  const manifest = path.join(ROOT, 'MANIFEST.tsv')
  if (!existsSync(manifest)) return []
  const [, ...lines] = readFileSync(manifest, 'utf8').trimEnd().split('\n')
  return lines.map((line) => {
    const [category = '', expect = '', type = '', dims = '', , name = ''] = line.split('\t')
    const numbers = /^(\d+)x(\d+)x(\d+)$/.exec(dims)
    return {
      category,
      expect,
      type,
      size: numbers ? [Number(numbers[1]), Number(numbers[2]), Number(numbers[3])] : null,
      name,
      read: () => new Uint8Array(readFileSync(path.join(ROOT, name))),
    }
  })
}
