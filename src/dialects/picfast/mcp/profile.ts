import { z } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import { ownAccount } from '#domain/accounts/own.ts'
import type { AppEnv } from '#http/env.ts'
import { toMe } from '../users/me.ts'

export const Profile = z.object({
  user_id: z.int(),
  id: z.int(),
  name: z.string(),
  email: z.string(),
  role: z.string(),
  capacity_bytes: z.int().describe('0 is unlimited'),
  used_bytes: z.int(),
  image_num: z.int(),
  album_num: z.int(),
})

export async function profileOf(c: HonoContext<AppEnv>): Promise<z.infer<typeof Profile>> {
  const me = toMe(await ownAccount(c.var.ctx))
  const { id, name, email, role, capacity_bytes, used_bytes, image_num, album_num } = me
  return { user_id: id, id, name, email, role, capacity_bytes, used_bytes, image_num, album_num }
}
