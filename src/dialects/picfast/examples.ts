/** What the document shows people; a test holds each to its schema. */

const TIME = '2026-05-04T09:30:00.000Z'
const ORIGIN = 'https://img.example.com'
const KEY = 'k3x9ab71qz'
const MD5 = '9e107d9d372bb6826bd81d3542a419d6'
const URL = `${ORIGIN}/i/${KEY}.jpg`
const THUMBNAIL = `${ORIGIN}/t/${MD5}.png`
const DELETION = `${ORIGIN}/d/${KEY}/0f6f3c0e6f0f4a4f8a0d3b5c7e9f1a2b3c4d5e6f70819203`

/** As a login and everything that signs in answers. */
export const tokensExample = {
  access_token: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxIn0.signature',
  refresh_token: '2cef01e9efa33c41921b8f8a3366447d1e05461459eec8f0a2d2bb709cbda78f7b6942cc1254b0d1',
  expires_in: 900,
  token_type: 'Bearer',
} as const

export const credentialsExample = { email: 'ada@example.com', password: 'correct horse battery' }

export const accountExample = { ...credentialsExample, name: 'Ada' }

export const meExample = {
  id: 7,
  email: 'ada@example.com',
  name: 'Ada',
  role: 'user' as const,
  status: 1,
  capacity_bytes: 524_288_000,
  used_bytes: 1_843_200,
  image_num: 12,
  album_num: 2,
  settings: { default_permission: 1, image_processing: { image_save_quality: 85 } },
  email_verified: true,
  created_at: TIME,
  updated_at: TIME,
}

const linksExample = {
  url: URL,
  html: `<img src="${URL}" alt="beach.jpg" />`,
  bbcode: `[img]${URL}[/img]`,
  markdown: `![beach.jpg](${URL})`,
  thumbnail_url: THUMBNAIL,
  markdown_with_link: `[![beach.jpg](${URL})](${URL})`,
  delete_url: DELETION,
}

export const imageExample = {
  id: 42,
  key: KEY,
  origin_name: 'beach.jpg',
  size_bytes: 153_600,
  mimetype: 'image/jpeg',
  extension: 'jpg',
  processing: 'completed' as const,
  width: 1600,
  height: 1200,
  md5: MD5,
  sha1: '2fd4e1c67a2d28fced849ee1bb76e7391b93eb12',
  permission: 1,
  album_id: 3,
  moderation_status: 'approved' as const,
  strategy_id: 1,
  strategy_name: 'R2',
  strategy_type: 'r2',
  links: linksExample,
  url: URL,
  thumbnail_url: THUMBNAIL,
  name: 'beach.jpg',
  pathname: `i/${KEY}.jpg`,
  size: 150,
  thumb_hash: 'TbYZbxAI9wiIh4hwj3CI+AiIcH/494cP',
  dominant_color: '#7fa3c1',
  expires_at: null,
  created_at: TIME,
  updated_at: TIME,
}

const { size_bytes, mimetype, width, height, thumb_hash, dominant_color } = imageExample
const { url, html, bbcode, markdown, thumbnail_url, delete_url: deletion_url } = linksExample
const picture = { key: KEY, mimetype, size_bytes, width, height, thumb_hash, dominant_color }
export const flatExample = { url, thumbnail_url, markdown, bbcode, html, deletion_url, ...picture }
export const shareXExample = { url, thumbnail_url, deletion_url }

export const albumExample = {
  id: 3,
  user_id: 7,
  name: 'Summer',
  intro: 'Two weeks at the coast',
  image_num: 12,
  cover_md5: MD5,
  created_at: TIME,
  updated_at: TIME,
}

export const apiTokenExample = {
  id: 5,
  name: 'Screenshots',
  scopes: ['read' as const, 'write' as const],
  last_used_at: null,
  expires_at: '2026-08-02T09:30:00.000Z',
  created_at: TIME,
}

export const newApiTokenExample = {
  ...apiTokenExample,
  token: 'img_af89d0827ceaf25305ff13217cba763ec9cd99bf221ce870d0bf8900377a2898',
}

export const strategyExample = {
  id: 1,
  name: 'R2',
  strategy_type: 'r2',
  configs: {},
  is_default: true,
  created_at: TIME,
  updated_at: TIME,
}

/** One page with this on it. */
export function pageExample<T>(item: T) {
  return { items: [item], total: 1, page: 1, size: 20, total_pages: 1 }
}

export const adminStrategyExample = {
  id: 2,
  name: 'Archive',
  strategy_type: 's3' as const,
  configs: {
    endpoint: 'https://s3.example.com',
    region: 'auto',
    bucket: 'pictures',
    access_key: '***',
    secret_key: '***',
    link_mode: 'proxy',
  },
  created_at: '2026-10-20T08:30:00.000Z',
  updated_at: '2026-10-20T08:30:00.000Z',
}

export const strategyBodyExample = {
  name: 'Archive',
  strategy_type: 's3',
  configs: { ...adminStrategyExample.configs, access_key: 'AKIAIOSFODNN7', secret_key: 'wJalrXUtnFEMIK7MDENG' },
}
