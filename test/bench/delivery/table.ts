import type { Figure } from './figures.ts'

const HEAD = ['job', 'server, state', 'CPU ms min', 'median', '÷ IPX min', 'median', 'wall ms p50', 'requests', 'bytes']

/** Markdown, one line a job and state. */
export function tableOf(figures: readonly Figure[]): string {
  let last = ''
  const rows = figures.map(({ job, lane, cpuMs, toIpx, wallMsP50, requests, bytes }) => {
    const title = job === last ? '' : job
    last = job
    return [
      title,
      lane,
      short(cpuMs.min),
      short(cpuMs.median),
      ratio(toIpx.min),
      ratio(toIpx.median),
      short(wallMsP50),
      String(requests),
      String(bytes),
    ]
  })
  return [HEAD, HEAD.map((_, index) => (index < 2 ? '---' : '--:')), ...rows].map(line).join('\n')
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function short(value: number): string {
  return value >= 20 ? value.toFixed(0) : value >= 2 ? value.toFixed(1) : value.toFixed(2)
}

function ratio(value: number): string {
  return value < 0.1 ? value.toFixed(3) : value.toFixed(2)
}
