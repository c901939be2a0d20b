import type { Image } from '../images/schema.ts'

/** What a model has use for. */
export function toBrief(image: Image) {
  const { key, origin_name, size_bytes, mimetype, width, height, permission, links, created_at } = image
  const { url, thumbnail_url: thumbnail, markdown, html, bbcode } = links
  return {
    key,
    origin_name,
    size_bytes,
    mimetype,
    width,
    height,
    permission,
    url,
    thumbnail,
    markdown,
    html,
    bbcode,
    created_at,
  }
}
