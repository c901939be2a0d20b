import { AppError } from '#domain/errors.ts'

const UNITS_MS: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
}

const MOST_MS = 10 * 31_536_000_000

/**
 * `24h`, `7d`, `1h30m`, `2w`, `1y`, `1.5h`: a length of time in milliseconds; null is for ever (`never`, `0`, nothing).
 *
 * @throws AppError `invalid_input` for anything else, and for more than ten years
 */
export function parseDuration(text: string): number | null {
  const wish = text.trim()
  if (wish === '' || wish === '0' || wish === 'never') return null
  const invalid = new AppError('invalid_input', 'invalid expires_in format')
  if (wish.length > 40 || !/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h|d|w|y))+$/.test(wish)) throw invalid
  let total = 0
  for (const [, amount, , unit] of wish.matchAll(/(\d+(\.\d+)?)(ns|us|µs|ms|s|m|h|d|w|y)/g)) {
    total += Number(amount) * (UNITS_MS[unit ?? ''] ?? Number.NaN)
  }
  const ms = Math.round(total)
  if (!(ms >= 1 && ms <= MOST_MS)) throw invalid
  return ms
}

/** When something made now ends; null never. */
export function expiryOf(now: Date, text: string | undefined): Date | null {
  const ms = parseDuration(text ?? '')
  return ms === null ? null : new Date(now.getTime() + ms)
}

/** As Go writes a length of time: `0s`, `24h0m0s`. */
export function goDuration(seconds: number): string {
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60]
  if (h > 0) return `${h}h${m}m${s}s`
  return m > 0 ? `${m}m${s}s` : `${s}s`
}
