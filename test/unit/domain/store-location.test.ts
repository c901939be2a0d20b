import { describe, expect, it } from 'vitest'
import type { StrategyKind } from '#db/schema/index.ts'
import { readConfig } from '#domain/stores/config.ts'
import { directBase, requireDirectBase } from '#domain/stores/direct.ts'
import { locationOf } from '#domain/stores/location.ts'
import { elements, textOf } from '#storage/xml.ts'

const KEYS = { access_key: 'AK', secret_key: 'SK' }
const COS = { secret_id: 'AK', secret_key: 'SK' }
type Remote = Exclude<StrategyKind, 'r2'>
const PRIVATE = { allowPrivateStorage: true }

function locate(kind: Remote, sent: Record<string, unknown>, rules = { allowPrivateStorage: false }) {
  const config = readConfig(kind, sent)
  requireDirectBase({ kind, config: config.plain })
  return locationOf(kind, config, rules)
}

describe('a store’s address', () => {
  it.each<[Remote, Record<string, unknown>, base: string, region: string]>(
    [
    ['s3', { endpoint: 'https://minio.example.com/', bucket: 'b1', ...KEYS }, 'https://minio.example.com/b1', 'auto'],
    ['s3', { endpoint: 's3.eu-central-1.amazonaws.com', bucket: 'b1', ...KEYS }, 'https://b1.s3.eu-central-1.amazonaws.com', 'eu-central-1'],
    ['s3', { endpoint: 'https://s3.amazonaws.com', bucket: 'my.b1', ...KEYS }, 'https://s3.amazonaws.com/my.b1', 'us-east-1'],
    ['s3', { endpoint: 'https://1a2b.r2.cloudflarestorage.com', bucket: 'b1', ...KEYS }, 'https://1a2b.r2.cloudflarestorage.com/b1', 'auto'],
    ['s3', { endpoint: 'https://s3.us-west-004.backblazeb2.com', bucket: 'b1', ...KEYS }, 'https://s3.us-west-004.backblazeb2.com/b1', 'us-west-004'],
    ['s3', { endpoint: 'https://s3.example.com', bucket: 'b1', path_style: 'false', region: 'garage', ...KEYS }, 'https://b1.s3.example.com', 'garage'],
    ['oss', { endpoint: 'oss-cn-hangzhou.aliyuncs.com', bucket: 'b1', ...KEYS }, 'https://b1.s3.oss-cn-hangzhou.aliyuncs.com', 'cn-hangzhou'],
    ['oss', { endpoint: 'https://oss-cn-beijing-internal.aliyuncs.com', bucket: 'b1', ...KEYS }, 'https://b1.s3.oss-cn-beijing-internal.aliyuncs.com', 'cn-beijing'],
    ['cos', { bucket_url: 'https://b1-125.cos.ap-guangzhou.myqcloud.com', ...COS }, 'https://b1-125.cos.ap-guangzhou.myqcloud.com', 'ap-guangzhou'],
    ['kodo', { bucket: 'b1', domain: 'cdn.example.com', zone: 'z2', ...KEYS }, 'https://s3.cn-south-1.qiniucs.com/b1', 'cn-south-1'],
    ['kodo', { bucket: 'b1', domain: 'cdn.example.com', ...KEYS }, 'https://s3.cn-east-1.qiniucs.com/b1', 'cn-east-1'],
  ] /* biome-ignore format: a table */,
  )('of %s %j is %s in %s', (kind, sent, base, region) => {
    expect(locate(kind, sent)).toMatchObject({ kind: 's3', base, region, accessKey: 'AK', secretKey: 'SK' })
  })

  it('is a folder for WebDAV', () => {
    const sent = { endpoint: 'https://dav.example.com/remote.php/dav/files/ann/', username: 'ann', password: 'p' }
    expect(locate('webdav', sent)).toEqual({
      kind: 'webdav',
      base: 'https://dav.example.com/remote.php/dav/files/ann',
      username: 'ann',
      password: 'p',
    })
  })

  it.each([
    'http://127.0.0.1:9000',
    'https://localhost',
    'http://[::1]:9000',
    'http://169.254.169.254',
    'https://minio.internal',
    'https://0x7f.1',
    'https://10.1.2.3',
  ])('%s is for those who allow private storage', (endpoint) => {
    const sent = { endpoint, bucket: 'b1', ...KEYS }
    expect(() => locate('s3', sent)).toThrow('endpoint must be an address of the public internet')
    expect(locate('s3', sent, PRIVATE)).toMatchObject({ base: `${new URL(endpoint).origin}/b1` })
  })

  it.each<[Remote, Record<string, unknown>, string]>(
    [
    ['s3', { endpoint: 'http://s3.example.com', bucket: 'b1', ...KEYS }, 'endpoint must be https'],
    ['s3', { endpoint: 'ftp://s3.example.com', bucket: 'b1', ...KEYS }, 'endpoint must be an http or https URL'],
    ['s3', { endpoint: 'https://u:p@s3.example.com', bucket: 'b1', ...KEYS }, 'endpoint must not contain a user name'],
    ['s3', { endpoint: 'https://s3.example.com?x=1', bucket: 'b1', ...KEYS }, 'endpoint must not contain'],
    ['s3', { endpoint: 'https://s3.example.com', bucket: '../b', ...KEYS }, 'bucket is invalid'],
    ['s3', { endpoint: 'https://s3.example.com', bucket: 'evil.com/', ...KEYS }, 'bucket is invalid'],
    ['s3', { endpoint: 'https://s3.example.com', bucket: 'b1', link_mode: 'both', ...KEYS }, 'link_mode must be'],
    ['s3', { endpoint: 'https://s3.example.com', bucket: 'b1', url: 'javascript:alert(1)', ...KEYS }, 'url must be'],
    ['s3', { endpoint: 'https://s3.example.com', bucket: 7, ...KEYS }, 'bucket must be a string'],
    ['s3', { endpoint: 'https://s3.example.com\n', bucket: 'b\u0000', ...KEYS }, 'bucket is invalid'],
    ['s3', { endpoint: 'https://s3.example.com', bucket: 'b1', ...KEYS, region: '中文' }, 'region is invalid'],
    ['s3', { endpoint: 'https://s3.example.com', bucket: 'b1', ...KEYS, access_key: 'clé' }, 'access key is invalid'],
    ['s3', { endpoint: 'https://8.8.8.8', bucket: 'b1', path_style: false, ...KEYS }, 'endpoint must be a name when path_style is false'],
    ['cos', { bucket_url: 'https://b.cos.x.myqcloud.com', ...COS, secret_id: 'a b' }, 'access key is invalid'],
    ['s3', {}, 'endpoint, bucket, access_key, and secret_key are required for S3 storage'],
    ['oss', { bucket: 'b1' }, 'endpoint, bucket, access_key, and secret_key are required for OSS storage'],
    ['cos', {}, 'bucket_url, secret_id, and secret_key are required for COS storage'],
    ['cos', { bucket_url: 'http://b.cos.x.myqcloud.com', ...COS }, 'bucket_url is invalid: must be https'],
    ['kodo', { ...KEYS }, 'access_key, secret_key, bucket, and domain are required for Kodo storage'],
    ['kodo', { bucket: 'b1', domain: 'd.example.com', zone: 'mars', ...KEYS }, 'unknown Kodo zone: mars'],
    ['webdav', { endpoint: 'https://d.example.com' }, 'endpoint, username, and password are required for WebDAV storage'],
    ['webdav', { endpoint: 'https://d.example.com', username: 'a:b', password: 'p' }, 'username must not contain a colon'],
    ['webdav', { endpoint: 'https://d.example.com', username: 'a', password: 'p', link_mode: 'direct' }, 'url is required'],
  ] /* biome-ignore format: a table */,
  )('%s refuses %j: %s', (kind, sent, message) => {
    expect(() => locate(kind, sent)).toThrow(message)
  })
})

describe('a direct link', () => {
  const direct = (kind: StrategyKind, config: Record<string, unknown>) =>
    directBase({ kind, config: { link_mode: 'direct', ...config } })

  it('leads to the given address, else to the bucket, and nowhere unless that is asked for', () => {
    const s3 = { endpoint: 'https://s3.example.com', bucket: 'b1' }
    expect(directBase({ kind: 's3', config: s3 })).toBeNull()
    expect(direct('s3', s3)).toBe('https://s3.example.com/b1')
    expect(direct('s3', { ...s3, endpoint: 's3.eu-west-1.amazonaws.com' })).toBe(
      'https://b1.s3.eu-west-1.amazonaws.com',
    )
    expect(direct('s3', { ...s3, url: 'https://img.example.com/' })).toBe('https://img.example.com')
    expect(direct('oss', { endpoint: 'oss-cn-hangzhou.aliyuncs.com', bucket: 'b1' })).toBe(
      'https://b1.oss-cn-hangzhou.aliyuncs.com',
    )
    expect(direct('cos', { bucket_url: 'https://b1.cos.ap-x.myqcloud.com' })).toBe('https://b1.cos.ap-x.myqcloud.com')
    expect(direct('kodo', { domain: 'cdn.example.com' })).toBe('https://cdn.example.com')
    expect(direct('kodo', { domain: 'cdn.example.com', private: true })).toBeNull()
    expect(direct('r2', {})).toBeNull()
  })
})

describe('elements of XML', () => {
  it('are found whatever their prefix, empty or with attributes, and end where the text does', () => {
    expect(elements('<a:x y="1">1</a:x><x/><X>2</X><xy>3</xy><x>4', 'x')).toEqual(['1', ''])
    expect(textOf('<k> &lt;a&gt;&amp;&quot;&#65;&#x42;&unknown; </k>', 'k')).toBe('<a>&"AB&unknown;')
    expect(textOf('<k>1</k>', 'j')).toBeUndefined()
  })

  it('are found in time that grows with the text alone', () => {
    const start = Date.now()
    elements('<x>'.repeat(300_000), 'x')
    elements(`${'<x '.repeat(300_000)}`, 'x')
    expect(Date.now() - start).toBeLessThan(2000)
  })
})
