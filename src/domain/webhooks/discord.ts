import type { EventType, StoredEvent } from './event.ts'

const LOOKS = {
  'image.uploaded': { title: 'Image uploaded', color: 0xffad58 },
  'image.deleted': { title: 'Image deleted', color: 0xe74c3c },
  'avatar.uploaded': { title: 'Avatar uploaded', color: 0xffad58 },
  'avatar.deleted': { title: 'Avatar deleted', color: 0xe74c3c },
  'album.created': { title: 'Album created', color: 0x2ecc71 },
  'album.updated': { title: 'Album updated', color: 0xf39c12 },
  'album.deleted': { title: 'Album deleted', color: 0xe74c3c },
  'album.image_added': { title: 'Image added to album', color: 0x3498db },
  'album.image_removed': { title: 'Image removed from album', color: 0xe74c3c },
} as const satisfies Record<EventType, { title: string; color: number }>

/** Longest field value that Discord takes. */
const MAX_VALUE = 1024

/** One embed, as Discord and what imitates it take them. */
export function discordBody(
  event: StoredEvent,
  user: string | null,
  facts: { tenant: string; picture: string | null },
) {
  const { title, color } = LOOKS[event.type]
  const embed = {
    title,
    description: `${title} in ${facts.tenant}`,
    color,
    fields: fieldsOf(event, user).map(([name, value]) => ({ name, value: value.slice(0, MAX_VALUE), inline: true })),
    timestamp: event.at,
    footer: { text: 'Picharbor' },
    ...(facts.picture !== null && { thumbnail: { url: facts.picture } }),
  }
  // Nobody is notified by what somebody wrote into a name.
  return JSON.stringify({ embeds: [embed], timestamp: event.at, allowed_mentions: { parse: [] } })
}

function fieldsOf({ type, at, subject }: StoredEvent, user: string | null): [string, string][] {
  const fields: [string, string][] = [['ID', subject.id]]
  if (subject.imageId !== undefined) fields.push(['Image', subject.imageId])
  if (subject.name !== undefined) fields.push(['Name', subject.name])
  if (subject.bytes !== undefined) fields.push(['Size', humanSize(subject.bytes)])
  if (subject.isPublic !== undefined) fields.push(['Public', subject.isPublic ? 'Yes' : 'No'])
  if (subject.description) fields.push(['Description', subject.description])
  if (type.endsWith('.deleted')) fields.push(['Timestamp', at])
  else fields.push(['User', user === null || user === 'system' ? 'System' : user])
  return fields.filter(([, value]) => value !== '')
}

const UNITS = ['Bytes', 'KB', 'MB', 'GB', 'TB']

function humanSize(bytes: number): string {
  const unit = bytes === 0 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1)
  return `${Number((bytes / 1024 ** unit).toFixed(2))} ${UNITS[unit]}`
}
