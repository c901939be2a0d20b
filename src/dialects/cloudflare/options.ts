import type { Issue } from '#domain/errors.ts'
import { parseTransformation } from '#http/transformation/parse.ts'
import type { Transformation } from '#imaging/transformation.ts'

/** Options of Cloudflare Images that say nothing about our pictures: metadata is always stripped, animations kept or stilled. */
const WITHOUT_EFFECT = new Set(['metadata', 'anim', 'onerror', 'compression', 'slow-connection-quality', 'scq'])

/** Reads `width=80,quality=75,fit=crop`. */
export function parseOptions(text: string): { transformation: Transformation; preset?: string; issues: Issue[] } {
  const pairs = text
    .split(',')
    .filter((pair) => pair !== '')
    .map((pair): [string, string] => {
      const at = pair.indexOf('=')
      return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)]
    })
  const { transformation, issues, unknown } = parseTransformation(pairs)
  const preset = pairs.find(([name]) => name === 'preset')?.[1]
  const strangers = unknown
    .filter((name) => name !== 'preset' && !WITHOUT_EFFECT.has(name.toLowerCase()))
    .map((name) => ({ path: name, message: 'is no option' }))
  return { transformation, ...(preset !== undefined && { preset }), issues: [...issues, ...strangers] }
}
