import { STRATEGY_KINDS, type StrategyKind } from '#db/schema/index.ts'
import { AppError } from '#domain/errors.ts'

/** What a strategy is configured with; secrets apart, which are sealed and never shown. */
export interface StrategyConfig {
  readonly plain: Readonly<Record<string, string | boolean>>
  readonly secret: Readonly<Record<string, string>>
}

interface Fields {
  /** In the order the refusal names them. */
  readonly required: readonly string[]
  readonly optional: readonly string[]
  readonly flags?: readonly string[]
  readonly secret: readonly string[]
  readonly called: string
}

const KEYS = ['access_key', 'secret_key'] as const

/** Contract section 11.3; `region`, `path_style` and Kodo's `endpoint` are ours where it has none. */
const FIELDS: Record<StrategyKind, Fields> = {
  // `local` of PicFast is this: its folder and address have no meaning here, and are kept for whoever reads them.
  r2: { called: 'local', required: [], optional: ['root', 'url'], secret: [] },
  s3: {
    called: 'S3',
    required: ['endpoint', 'bucket', ...KEYS],
    optional: ['region', 'url', 'link_mode'],
    flags: ['path_style'],
    secret: KEYS,
  },
  oss: {
    called: 'OSS',
    required: ['endpoint', 'bucket', ...KEYS],
    optional: ['region', 'url', 'link_mode'],
    flags: ['path_style'],
    secret: KEYS,
  },
  cos: {
    called: 'COS',
    required: ['bucket_url', 'secret_id', 'secret_key'],
    optional: ['region', 'url', 'link_mode'],
    secret: ['secret_id', 'secret_key'],
  },
  kodo: {
    called: 'Kodo',
    required: [...KEYS, 'bucket', 'domain'],
    optional: ['zone', 'endpoint', 'link_mode'],
    flags: ['private'],
    secret: KEYS,
  },
  webdav: {
    called: 'WebDAV',
    required: ['endpoint', 'username', 'password'],
    optional: ['url', 'link_mode'],
    secret: ['password'],
  },
}

/** What a secret looks like to whoever reads a strategy, and to us when they send it back. */
export const MASK = '***'

const MAX_LENGTH = 1024

/** @throws AppError `invalid_input` */
export function strategyKind(text: string): StrategyKind {
  const kind = STRATEGY_KINDS.find((name) => name === (text === 'local' ? 'r2' : text))
  if (kind === undefined) throw new AppError('invalid_input', 'unknown strategy_type')
  return kind
}

/**
 * Takes in what somebody configured. What a kind does not know is left out; a secret that is absent, empty or masked is the
 * one there already is.
 *
 * @throws AppError `invalid_input` in the words of the contract
 */
export function readConfig(
  kind: StrategyKind,
  sent: Readonly<Record<string, unknown>>,
  known: StrategyConfig['secret'] = {},
): StrategyConfig {
  const fields = FIELDS[kind]
  const text = (name: string) => textOf(name, sent[name])
  const secret = Object.fromEntries(
    fields.secret.map((name) => {
      const value = text(name)
      return [name, value === '' || value === MASK ? (known[name] ?? '') : value]
    }),
  )
  const names = [...fields.required, ...fields.optional].filter((name) => !fields.secret.includes(name))
  const plain: Record<string, string | boolean> = {}
  for (const name of names) if (text(name) !== '') plain[name] = text(name)
  for (const name of fields.flags ?? []) {
    const flag = flagOf(name, sent[name])
    if (flag !== undefined) plain[name] = flag
  }
  if (fields.required.some((name) => !plain[name] && !secret[name])) {
    throw new AppError('invalid_input', `${listed(fields.required)} are required for ${fields.called} storage`)
  }
  const mode = plain.link_mode ?? 'proxy'
  if (mode !== 'direct' && mode !== 'proxy') throw new AppError('invalid_input', 'link_mode must be direct or proxy')
  return { plain, secret }
}

/** The names of a kind's secrets, to be masked. */
export function secretsOf(kind: StrategyKind): readonly string[] {
  return FIELDS[kind].secret
}

function textOf(name: string, value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') throw new AppError('invalid_input', `${name} must be a string`)
  const text = value.trim()
  // SQLite ends text at a NUL; nothing that has control characters in it is an address, a name or a key.
  if (text.length > MAX_LENGTH || /\p{Cc}/u.test(text) || !text.isWellFormed()) {
    throw new AppError('invalid_input', `${name} is invalid`)
  }
  return text
}

function flagOf(name: string, value: unknown): boolean | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (value === true || value === 'true') return true
  if (value === false || value === 'false') return false
  throw new AppError('invalid_input', `${name} must be true or false`)
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')}, and ${names.at(-1)}`
}
