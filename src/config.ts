import { z } from 'zod'

const wholeNumber = (fallback: number, min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback)

const rate = (fallback: number) => wholeNumber(fallback, 0, 1_000_000)

const prefix = z
  .string()
  .default('v2')
  .transform((value) => value.replace(/^\/+|\/+$/g, ''))
  .refine((value) => /^([A-Za-z0-9._~-]+(\/[A-Za-z0-9._~-]+)*)?$/.test(value), 'must be path segments such as v2')

/** Every variable the worker reads; the README's table is generated from these descriptions. */
export const EnvSchema = z.object({
  SECRET_KEY: z
    .string()
    .min(32)
    .describe('Secret of at least 32 characters from which token and encryption keys are derived. Required.'),
  BASE_URL: z
    .union([z.literal(''), z.url({ protocol: /^https?$/ })])
    .default('')
    .transform((value) => value.replace(/\/+$/, ''))
    .describe('Origin written into absolute URLs; empty takes the origin of each request.'),
  API_PREFIX: prefix.describe('Path prefix of the FileHarbor API; may be empty.'),
  MAX_FILE_SIZE: wholeNumber(10_485_760, 1, 100_000_000).describe('Largest upload in bytes.'),
  MAX_PIXELS: wholeNumber(100_000_000, 1, 100_000_000).describe('Largest accepted image in pixels.'),
  THUMBNAIL_SIZE: wholeNumber(800, 16, 4096).describe('Longest side of `thumb=true` in pixels.'),
  THUMBNAIL_QUALITY: wholeNumber(70, 1, 100).describe('Quality of `thumb=true`.'),
  DESCRIPTOR_TTL: wholeNumber(5, 0, 3600).describe(
    'Seconds for which another data centre may still answer by an image’s former visibility; 0 asks the database every time.',
  ),
  RATE_LIMIT_LOGIN: rate(15).describe(
    'Sign-ins a minute from one address (an IPv6 /64 is one); 0 is unlimited, here and below.',
  ),
  RATE_LIMIT_REFRESH: rate(120).describe('Refreshed sessions a minute from one address.'),
  RATE_LIMIT_REGISTER: rate(60).describe(
    'Registrations a minute from one address; likewise, each counted for itself, setups and tokens of mails that are redeemed.',
  ),
  RATE_LIMIT_UPLOAD: rate(1200).describe('Uploads a minute, by client or person and by address.'),
  RATE_LIMIT_WRITE: rate(3000).describe('Other changes a minute, counted likewise. Reading is not limited.'),
  VIEW_FLUSH_SECONDS: wholeNumber(10, 0, 25).describe(
    'Seconds for which views, downloads and, when no more requests follow, metrics are summed before they are written; a stopped isolate loses so many.',
  ),
  CORS_ORIGIN: z.string().default('*').describe('Origin that browsers may call the API from; `*` is any.'),
  MAIL_URL: z
    .union([z.literal(''), z.url({ protocol: /^https?$/ })])
    .default('')
    .describe('Where mail is posted as JSON `{from, to, subject, text, html}`; empty: what needs mail answers 503.'),
  MAIL_TOKEN: z.string().default('').describe('Sent there as `Authorization: Bearer …`.'),
  MAIL_FROM: z.string().default('').describe('Sender of that mail, such as `Pictures <noreply@example.com>`.'),
  ALLOW_PRIVATE_STORAGE: z
    .enum(['true', 'false'])
    .default('false')
    .describe(
      'Whether storage strategies may be servers of a private network, such as a MinIO beside it, also without TLS; `npm start` sets `true`.',
    ),
  METRICS_TOKEN: z.string().default('').describe('What `/metrics` wants as `Authorization: Bearer …`; empty: nothing.'),
  ADMIN_DEFAULT_EMAIL: z.string().default('').describe('With the next one: creates the first administrator at start.'),
  ADMIN_DEFAULT_PASSWORD: z.string().default('').describe('Password of that administrator, 8 to 72 bytes.'),
  ADMIN_DEFAULT_NAME: z.string().default('Super Admin').describe('Name of that administrator.'),
})

export type Config = z.infer<typeof EnvSchema>

/** The configuration is wrong: the message names the variables and never shows a value, which may be a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/**
 * Parses the environment once; nothing reads it later.
 *
 * @throws ConfigError naming every variable that is missing or malformed
 */
export function parseConfig(env: object): Config {
  const parsed = EnvSchema.safeParse(env)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw new ConfigError(`Configuration is not usable. ${problems.join('. ')}`)
}
