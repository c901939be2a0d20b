import type { StrategyKind } from '#db/schema/index.ts'
import { isPublicHost } from '#domain/access/public-target.ts'
import type { Context } from '#domain/context.ts'
import { AppError } from '#domain/errors.ts'
import type { S3Location, StoreLocation } from '#storage/object-store.ts'
import type { StrategyConfig } from './config.ts'

type Rules = Pick<Context['policy'], 'allowPrivateStorage'>
type RemoteKind = Exclude<StrategyKind, 'r2'>

/**
 * Where a strategy's store is. Asked when a strategy is saved and again whenever its store is opened, so that an address which
 * the operator no longer allows is not called.
 *
 * @throws AppError `invalid_input`
 */
export function locationOf(kind: RemoteKind, { plain, secret }: StrategyConfig, rules: Rules): StoreLocation {
  const text = (name: string) => String(plain[name] ?? '')
  const keys = { accessKey: secret.access_key ?? '', secretKey: secret.secret_key ?? '' }
  switch (kind) {
    case 's3': {
      const endpoint = serverUrl('endpoint', text('endpoint'), rules)
      const pathStyle = plain.path_style ?? !takesBucketNames(endpoint, text('bucket'))
      return s3Location(endpoint, text('bucket'), text('region') || regionOf(endpoint), pathStyle === true, keys)
    }
    case 'oss': {
      const endpoint = serverUrl('endpoint', ossGateway(text('endpoint')), rules)
      return s3Location(endpoint, text('bucket'), text('region') || regionOf(endpoint), plain.path_style === true, keys)
    }
    case 'kodo': {
      const region = kodoRegion(text('zone'))
      const endpoint = serverUrl('endpoint', text('endpoint') || `https://s3.${region}.qiniucs.com`, rules)
      return s3Location(endpoint, text('bucket'), region, true, keys)
    }
    case 'cos': {
      const url = cosBucket(text('bucket_url'), rules)
      const base = plainAddress(url)
      const bucket = url.hostname.split('.')[0] ?? ''
      const region = text('region') || regionOf(url)
      requireSignable(region, secret.secret_id ?? '')
      return { kind: 's3', base, bucket, region, accessKey: secret.secret_id ?? '', secretKey: keys.secretKey }
    }
    case 'webdav': {
      if (text('username').includes(':')) throw new AppError('invalid_input', 'username must not contain a colon')
      const base = plainAddress(serverUrl('endpoint', text('endpoint'), rules))
      return { kind: 'webdav', base, username: text('username'), password: secret.password ?? '' }
    }
  }
}

/** With a scheme, which people leave out; without a slash at the end. */
export function withScheme(text: string): string {
  return (/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`).replace(/\/+$/, '')
}

/** @throws AppError `invalid_input` for what is no web address, or holds a user, a query or a fragment */
export function webAddress(field: string, text: string): URL {
  const address = withScheme(text)
  const url = URL.canParse(address) ? new URL(address) : null
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new AppError('invalid_input', `${field} must be an http or https URL`)
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new AppError('invalid_input', `${field} must not contain a user name, password, query or fragment`)
  }
  return url
}

function plainAddress(url: URL): string {
  return url.href.replace(/\/+$/, '')
}

/** Credentials and pictures travel to it: on the public internet encrypted, elsewhere only where the operator allows that. */
function serverUrl(field: string, text: string, { allowPrivateStorage }: Rules): URL {
  const url = webAddress(field, text)
  if (isPublicHost(url.hostname)) {
    if (url.protocol !== 'https:') throw new AppError('invalid_input', `${field} must be https`)
  } else if (!allowPrivateStorage) {
    const message = `${field} must be an address of the public internet (ALLOW_PRIVATE_STORAGE=true allows others)`
    throw new AppError('invalid_input', message)
  }
  return url
}

function s3Location(
  endpoint: URL,
  bucket: string,
  region: string,
  pathStyle: boolean,
  keys: Pick<S3Location, 'accessKey' | 'secretKey'>,
): S3Location {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/.test(bucket)) throw new AppError('invalid_input', 'bucket is invalid')
  const address = plainAddress(endpoint)
  const base = pathStyle ? `${address}/${bucket}` : address.replace('://', `://${bucket}.`)
  if (!URL.canParse(base)) throw new AppError('invalid_input', 'endpoint must be a name when path_style is false')
  requireSignable(region, keys.accessKey)
  return { kind: 's3', base, bucket, region, ...keys }
}

/** Both are written into the header that signs a request. */
function requireSignable(region: string, accessKey: string): void {
  for (const [name, value] of Object.entries({ region, 'access key': accessKey })) {
    if (!/^[\x21-\x2b\x2d-\x7e]*$/.test(value)) throw new AppError('invalid_input', `${name} is invalid`)
  }
}

/** Amazon means to give up paths; a name with dots has no certificate as a host. Everybody else knows paths. */
export function takesBucketNames({ hostname }: URL, bucket: string): boolean {
  return /\.amazonaws\.com(\.cn)?$/.test(hostname) && !bucket.includes('.')
}

/** What hosts call their regions in their names, such as `s3.eu-central-1.amazonaws.com`; `auto` where they do not. */
function regionOf({ hostname }: URL): string {
  const amazon = /\bs3[.-](?:dualstack\.)?([a-z]+-[a-z]+-\d+)\.amazonaws\.com(?:\.cn)?$/.exec(hostname)
  const others = /^(?:.+\.)?(?:s3\.oss-|oss-|cos\.|s3\.)([a-z0-9-]+?)(?:-internal)?\.[a-z0-9-]+\.[a-z]+$/.exec(hostname)
  if (/^s3\.amazonaws\.com$/.test(hostname)) return 'us-east-1'
  return amazon?.[1] ?? others?.[1] ?? 'auto'
}

/** The S3 gateway of an OSS endpoint has a name of its own. */
function ossGateway(endpoint: string): string {
  return endpoint.replace(/^([a-z]+:\/\/)?(oss-[a-z0-9-]+\.aliyuncs\.com)/i, '$1s3.$2')
}

function cosBucket(text: string, rules: Rules): URL {
  try {
    return serverUrl('bucket_url', text, rules)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const why = error.message.replace(/^bucket_url /, '')
    throw new AppError('invalid_input', `bucket_url is invalid: ${why}`, { cause: error })
  }
}

const KODO_REGIONS: Record<string, string> = {
  z0: 'cn-east-1',
  z1: 'cn-north-1',
  z2: 'cn-south-1',
  na0: 'us-north-1',
  as0: 'ap-southeast-1',
}

function kodoRegion(zone: string): string {
  const name = zone.toLowerCase() || 'z0'
  const region = KODO_REGIONS[name] ?? ([...Object.values(KODO_REGIONS), 'cn-east-2'].includes(name) ? name : undefined)
  if (region === undefined) throw new AppError('invalid_input', `unknown Kodo zone: ${zone}`)
  return region
}
