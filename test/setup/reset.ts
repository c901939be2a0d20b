import { applyD1Migrations, reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeEach } from 'vitest'

beforeEach(async () => {
  await reset()
  // Seen about once in 500 resets: an object of the test before survives.
  const { objects } = await env.BUCKET.list()
  if (objects.length > 0) await env.BUCKET.delete(objects.map((object) => object.key))
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS)
})
