/** Upper bounds of the histograms, in seconds. */
export const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Everything that is counted, with what it means; the names of other labels than these are nobody's to add. */
export const COUNTERS = {
  http_requests_total: 'Answers by the pattern of their route.',
  picfast_uploads_total: 'Uploads by the door they came through, and why they were refused.',
  picfast_upload_bytes_total: 'Bytes of stored uploads as they were sent.',
  picfast_image_serves_total: 'Answers under /i and /t.',
  picfast_thumbnail_generations_total: 'Thumbnails that had to be made.',
  picharbor_deliveries_total: 'Pictures delivered, by where their bytes came from.',
  picharbor_renders_total: 'Runs of the pixel engine for a delivery.',
} as const
export type CounterName = keyof typeof COUNTERS

export const HISTOGRAMS = {
  http_request_duration_seconds: 'Time until an answer began.',
  picfast_upload_duration_seconds: 'Time an upload took.',
  picfast_image_serve_duration_seconds: 'Time until an answer under /i or /t began.',
  picfast_thumbnail_generation_duration_seconds: 'Time a thumbnail took that had to be made.',
  picharbor_render_duration_seconds: 'Time the pixel engine took, waiting for its turn included.',
} as const
export type HistogramName = keyof typeof HISTOGRAMS

/** What is asked when somebody looks. */
export const GAUGES = {
  picharbor_outbox_pending: 'Work that is written down and not done yet.',
  picharbor_outbox_oldest_seconds: 'Age of the oldest of it.',
  picharbor_stored_bytes: 'Bytes of originals that count against quotas.',
  picharbor_build_info: 'Always 1; the version is a label.',
} as const
export type GaugeName = keyof typeof GAUGES

export type Labels = Readonly<Record<string, string>>

/** Labels in Prometheus' text form, sorted by name. */
export function labelText(labels: Labels): string {
  const escaped = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
  return Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',')
}

/** The bound of a bucket comes last, whatever the others are called, so that it can be taken off again. */
export function withBound(labels: string, bound: string): string {
  return `${labels}${labels === '' ? '' : ','}le="${bound}"`
}
