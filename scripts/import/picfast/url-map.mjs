import { writeFileSync } from 'node:fs'

/** Which address became which, thumbnails too, of this run and of those before: `{old: new}` as JSON, else CSV. */
export function writeMap(file, entries) {
  const rows = entries.flatMap((entry) => [
    [entry.old, entry.new, entry.name, entry.createdAt],
    ...(entry.oldThumbnail && entry.newThumbnail
      ? [[entry.oldThumbnail, entry.newThumbnail, entry.name, entry.createdAt]]
      : []),
  ])
  const text = /\.json$/i.test(file)
    ? `${JSON.stringify(Object.fromEntries(rows.map(([from, to]) => [from, to])), null, 2)}\n`
    : [['old', 'new', 'name', 'created'], ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')
  writeFileSync(file, text)
}

/** RFC 4180; a spreadsheet must not take a picture's name for a formula. */
function cell(value) {
  const text = String(value ?? '').replace(/^[=+\-@\t\r]/, "'$&")
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
