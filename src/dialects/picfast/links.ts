import { z } from '@hono/zod-openapi'
import { extensionOf, type Format } from '#imaging/formats.ts'

/** Contract section 4.6; the last two are what clients of other image hosts read. */
export const Links = z
  .object({
    url: z.string(),
    html: z.string(),
    bbcode: z.string(),
    markdown: z.string(),
    thumbnail_url: z.string(),
    markdown_with_link: z.string(),
    delete_url: z.string(),
  })
  .openapi('Links')

interface Linked {
  readonly key: string
  readonly md5: string
  readonly name: string
  readonly format: string
}

/**
 * The forms in which a picture is passed on; a name is text in each of them, never markup.
 *
 * @param origin of this answer's links, without a trailing slash
 * @param known `deletionToken` only where the picture was just stored; `directUrl` where the world reads it elsewhere
 */
export function linksOf(
  origin: string,
  image: Linked,
  known: { readonly deletionToken?: string | undefined; readonly directUrl?: string | null | undefined },
): z.infer<typeof Links> {
  const { deletionToken } = known
  const url = known.directUrl ?? `${origin}/i/${image.key}.${extensionOf(image.format as Format)}`
  const markdown = `![${escapeMarkdown(image.name)}](${url})`
  return {
    url,
    html: `<img src="${url}" alt="${escapeHtml(image.name)}" />`,
    bbcode: `[img]${url}[/img]`,
    markdown,
    thumbnail_url: `${origin}/t/${image.md5}.png`,
    markdown_with_link: `[${markdown}](${url})`,
    delete_url: deletionToken === undefined ? '' : `${origin}/d/${image.key}/${deletionToken}`,
  }
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}

/** Every character CommonMark lets one escape and that could end or start something here. */
function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_[\]<>()!&]/g, '\\$&')
}
