import { z } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import { requireImageForPerson } from '#domain/images/find-for-person.ts'
import { surroundingsOf } from '#domain/images/surroundings.ts'
import type { AppEnv } from '#http/env.ts'
import { type Image, presenterOf, toImage } from '../images/schema.ts'

/** What a model has use for. */
export const Brief = z.object({
  key: z.string(),
  origin_name: z.string().describe('File name it was uploaded with'),
  size_bytes: z.int(),
  mimetype: z.string(),
  width: z.int(),
  height: z.int(),
  permission: z.int().describe('0 private, 1 public'),
  moderation_status: z.string().describe('Others see it only when this is `approved`'),
  url: z.string(),
  thumbnail: z.string().describe('URL of a small picture of it'),
  markdown: z.string(),
  html: z.string(),
  bbcode: z.string(),
  expires_at: z.string().nullable(),
  created_at: z.string(),
})

export function toBrief(image: Image): z.infer<typeof Brief> {
  const { key, origin_name, size_bytes, mimetype, width, height, permission, moderation_status } = image
  const { expires_at, created_at, links } = image
  const { url, thumbnail_url: thumbnail, markdown, html, bbcode } = links
  const facts = { key, origin_name, size_bytes, mimetype, width, height, permission, moderation_status }
  return { ...facts, url, thumbnail, markdown, html, bbcode, expires_at, created_at }
}

/** @throws AppError `not_found` */
export async function briefOf(c: HonoContext<AppEnv>, key: string): Promise<z.infer<typeof Brief>> {
  const { ctx } = c.var
  const image = await requireImageForPerson(ctx, key)
  const [presenter, around] = await Promise.all([presenterOf(c), surroundingsOf(ctx, [image])])
  return toBrief(toImage(presenter, image, around.get(image.id)))
}

/** People paste links: the key is in the URL of an image or its resource. Thumbnails are named by their bytes, which several may have. */
export const KeyArgument = z.object({
  key: z.string().min(1).max(2048).describe('Key of the image, or its URL'),
})

export function keyFrom(text: string): string {
  return /(?:\/[it]|^picfast:\/\/images)\/([a-z0-9]{4,32})(?:\.|@|$)/.exec(text.trim())?.[1] ?? text.trim()
}
