import type { StrategyKind } from '#db/schema/index.ts'
import { AppError } from '#domain/errors.ts'
import { takesBucketNames, webAddress, withScheme } from './location.ts'

interface Linked {
  readonly kind: StrategyKind
  readonly config: Readonly<Record<string, unknown>>
}

/**
 * Under which address the world reads a strategy's objects itself; null where it reads them through us, which is the default.
 * A private Kodo bucket is read through us too: a link signed for an hour is no link to pass on.
 */
export function directBase({ kind, config }: Linked): string | null {
  if (config.link_mode !== 'direct' || config.private === true) return null
  const text = (name: string) => (typeof config[name] === 'string' ? config[name] : '')
  if (text('url') !== '') return withScheme(text('url'))
  switch (kind) {
    case 's3':
    case 'oss': {
      const address = withScheme(text('endpoint'))
      const pathStyle = config.path_style ?? (kind === 's3' && !takesBucketNames(new URL(address), text('bucket')))
      return pathStyle === true ? `${address}/${text('bucket')}` : address.replace('://', `://${text('bucket')}.`)
    }
    case 'cos':
      return withScheme(text('bucket_url'))
    case 'kodo':
      return withScheme(text('domain'))
    default:
      return null
  }
}

/** Whether links of this kind lead there themselves; WebDAV's lead to us, and we pass whoever follows them on. */
export function handsOut(kind: StrategyKind): boolean {
  return kind !== 'webdav' && kind !== 'r2'
}

/** @throws AppError `invalid_input` when a strategy would hand out links that cannot be */
export function requireDirectBase(linked: Linked): void {
  const { kind, config } = linked
  for (const field of ['url', 'domain']) {
    const value = config[field]
    if (kind !== 'r2' && typeof value === 'string' && value !== '') webAddress(field, value)
  }
  if (kind === 'webdav' && config.link_mode === 'direct' && !config.url) {
    throw new AppError('invalid_input', 'url is required for direct links of WebDAV storage')
  }
}
