/** What is asked of every server: one photo, made smaller. */
export interface Job {
  readonly id: string
  readonly title: string
  /** File name among the photos. */
  readonly photo: string
  /** Width of the answer, pixels. */
  readonly width: number
  readonly format: 'jpeg' | 'webp'
  readonly quality: number
}

export const JOBS: readonly Job[] = [
  { id: 'j12', title: '12 MP JPEG → 800 WebP q80', photo: 'p12.jpg', width: 800, format: 'webp', quality: 80 },
  { id: 'j2', title: '2 MP JPEG → 400 JPEG q80', photo: 'p2.jpg', width: 400, format: 'jpeg', quality: 80 },
  { id: 'png', title: '1080p PNG → 640 WebP q80', photo: 'shot.png', width: 640, format: 'webp', quality: 80 },
  { id: 'w2', title: '2 MP WebP → 320 WebP q75', photo: 'w2.webp', width: 320, format: 'webp', quality: 75 },
  { id: 'j24', title: '24 MP JPEG → 1600 JPEG q80', photo: 'p24.jpg', width: 1600, format: 'jpeg', quality: 80 },
]

const FORMATS: Readonly<Record<string, string>> = { jpg: 'jpeg', png: 'png', webp: 'webp' }

/** Whether the job keeps the photo's format, which is all nginx can do. */
export function keepsFormat(job: Job): boolean {
  return FORMATS[job.photo.split('.')[1] ?? ''] === job.format
}
