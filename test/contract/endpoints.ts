/**
 * Every method and path of both API references. `built: false` is a promise still open: the route answers the dialect's 404, and a
 * test holds the published documents to this list in both directions, so an entry turns true with the change that builds it.
 */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** As the reference has it, with `{name}` for parameters, below the family's prefix. */
  readonly path: string
  readonly built: boolean
}

function rows(table: string): Endpoint[] {
  return table
    .trim()
    .split('\n')
    .map((row) => {
      const [mark, method, path] = row.trim().split(/\s+/)
      return { method: method as Endpoint['method'], path: path ?? '', built: mark === 'built' }
    })
}

/** `GET /images/{id}?info=true` is the 46th row; it is the same route. */
export const FILEHARBOR = rows(`
  built  POST   /images
  built  GET    /images
  built  GET    /images/{id}
  built  PATCH  /images/{id}
  built  DELETE /images/{id}
  built  POST   /images/{id}/share
  built  GET    /images/share/{token}
  built  POST   /avatars
  built  GET    /avatars/{externalUserId}
  built  DELETE /avatars/{externalUserId}
  built  POST   /albums
  built  GET    /albums
  built  GET    /albums/{id}
  built  PATCH  /albums/{id}
  built  DELETE /albums/{id}
  built  POST   /albums/{id}/images
  built  DELETE /albums/{id}/images
  built  GET    /albums/{id}/images
  built  POST   /albums/{id}/tokens
  built  DELETE /albums/{id}/tokens/{token}
  built  GET    /status
  built  GET    /client/stats
  built  POST   /admin/auth/login
  built  POST   /admin/auth/refresh
  built  POST   /admin/auth/logout
  built  GET    /admin/auth/me
  built  PATCH  /admin/auth/me
  built  POST   /admin/auth/me/change-password
  built  GET    /admin/stats
  built  GET    /admin/clients
  built  GET    /admin/clients/{id}
  built  PATCH  /admin/clients/{id}
  built  POST   /admin/images
  built  GET    /admin/images
  built  GET    /admin/images/tags
  built  GET    /admin/images/{id}
  built  PATCH  /admin/images/{id}
  built  DELETE /admin/images/{id}
  built  GET    /admin/avatars
  built  GET    /admin/avatars/{id}
  built  DELETE /admin/avatars/{id}
  built  GET    /admin/albums
  built  GET    /admin/albums/{id}
  built  PATCH  /admin/albums/{id}
  built  DELETE /admin/albums/{id}
`)

/** Below `/api/v1`. */
export const PICFAST = rows(`
  built  GET    /config
  built  GET    /version
  built  GET    /setup/status
  built  POST   /setup
  built  POST   /auth/register
  built  POST   /auth/login
  built  POST   /auth/refresh
  built  POST   /auth/logout
  built  POST   /auth/verify-email
  built  POST   /auth/resend-verification
  built  GET    /users/me
  built  PUT    /users/me
  built  GET    /api-tokens
  built  POST   /api-tokens
  built  DELETE /api-tokens/{id}
  built  POST   /images
  built  GET    /images
  built  GET    /images/{key}
  built  PATCH  /images/{key}
  built  DELETE /images/{key}
  built  GET    /albums
  built  POST   /albums
  built  PUT    /albums/{id}
  built  DELETE /albums/{id}
  built  GET    /strategies
  built  POST   /upload
  built  GET    /sharex/config
  built  POST   /sharex/upload
  open   GET    /admin/users
  open   GET    /admin/users/{id}
  open   PUT    /admin/users/{id}
  open   DELETE /admin/users/{id}
  open   GET    /admin/groups
  open   POST   /admin/groups
  open   GET    /admin/groups/{id}
  open   PUT    /admin/groups/{id}
  open   DELETE /admin/groups/{id}
  built  GET    /admin/strategies
  built  POST   /admin/strategies
  built  GET    /admin/strategies/{id}
  built  PUT    /admin/strategies/{id}
  built  DELETE /admin/strategies/{id}
  open   GET    /admin/images
  open   DELETE /admin/images/{id}
  open   GET    /admin/moderation/pending
  open   POST   /admin/moderation/{id}/approve
  open   POST   /admin/moderation/{id}/reject
  open   GET    /admin/settings
  open   PUT    /admin/settings
  open   GET    /admin/audit-logs
  open   GET    /admin/observability/summary
`)

/** At the root of the worker. */
export const SYSTEM = rows(`
  built  GET    /health
  built  GET    /metrics
  built  GET    /openapi.yaml
  built  GET    /openapi.json
  built  GET    /docs
`)

/** What we serve beyond the references: aliases and extras of spec decisions, by family. */
export const EXTRAS: Record<'fileharbor' | 'picfast', Endpoint[]> = {
  fileharbor: rows(`
    built  POST   /images/sign
    built  GET    /images/shared/{token}
    built  GET    /client/presets
    built  PUT    /client/presets/{name}
    built  DELETE /client/presets/{name}
    built  GET    /client/delivery
    built  PATCH  /client/delivery
    built  POST   /client/signing-keys
    built DELETE /images/share/{shareId}
    built GET    /albums/shared/{token}
    built POST   /albums/{id}/token
    built DELETE /albums/{id}/token
    built DELETE /albums/{id}/tokens
    built GET    /albums/external/{externalAlbumId}
    built PATCH  /albums/external/{externalAlbumId}
    built GET    /albums/external/{externalAlbumId}/images
    built POST   /albums/external/{externalAlbumId}/images
    built DELETE /albums/external/{externalAlbumId}/images
  `),
  picfast: rows('built POST /setup/admin'),
}

// Administration.
EXTRAS.fileharbor.push(
  ...rows(`
    built GET    /admin/tags
    built GET    /admin/images/{id}/download
    built GET    /admin/admins
    built POST   /admin/admins
    built GET    /admin/admins/{id}
    built PATCH  /admin/admins/{id}
    built DELETE /admin/admins/{id}
    built POST   /admin/clients
    built DELETE /admin/clients/{id}
    built POST   /admin/clients/{id}/rotate-key
    built POST   /admin/clients/{id}/access
    built DELETE /admin/clients/{id}/access
  `),
)

// People's API beyond its reference.
EXTRAS.picfast.push(
  ...rows(`
    built POST   /auth/forgot-password
    built POST   /auth/reset-password
    built POST   /images/batch-delete
    built GET    /images/{key}/pipeline
    built POST   /flat/upload
    built GET    /admin/strategies/health
    built PUT    /admin/groups/{id}/strategies
    built POST   /tokens
    built GET    /tags
    built POST   /tags
    built GET    /images/{key}/tags
    built POST   /images/{key}/tags
    built DELETE /images/{key}/tags/{tagId}
  `),
)

// Beside `/api/v1`, in the same document.
EXTRAS.picfast.push(
  ...SYSTEM,
  ...rows(`
    built GET    /i/{file}
    built GET    /t/{file}
    built GET    /d/{key}/{token}
    built POST   /d/{key}/{token}
    built GET    /verify-email
    built POST   /verify-email
    built GET    /reset-password
    built POST   /reset-password
    built POST   /api/v2/upload
    built POST   /api/1/upload
    built POST   /api/upload
    built POST   /picgo/upload
    built POST   /picgo/delete
    built POST   /picgo/heartbeat
  `),
)
