import type { Figure } from './figures.ts'
import type { Lane } from './lanes.ts'

const STATES = ['miss', 'stored', 'hot', '304'] as const
const HEAD = ['job', 'state', 'Picharbor', 'stand-ins', 'IPX', '÷ IPX', 'nginx', 'wall p50', 'requests', 'bytes']

/** Markdown, one line a job and state. CPU in milliseconds, minimum / median; wall and bytes of Picharbor / IPX / nginx. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = [...new Set(figures.map(({ job }) => job))].flatMap((job) =>
    STATES.map((state) =>
      rowOf(job, state, new Map(figures.flatMap((one) => (one.job === job ? [[one.lane, one]] : [])))),
    ),
  )
  return [HEAD, HEAD.map((_, index) => (index < 2 ? '---' : '--:')), ...rows].map(line).join('\n')
}

function rowOf(job: string, state: (typeof STATES)[number], of: ReadonlyMap<Lane, Figure>): string[] {
  const own = of.get(`picharbor ${state}`)
  const bare = of.get(`bare ${state}`)
  // IPX keeps nothing: what is a hit elsewhere is made anew there.
  const ipx = of.get(state === '304' ? 'ipx 304' : 'ipx miss')
  const other = state === 'miss' && of.get('nginx own format')
  const nginx = state === 'stored' ? undefined : of.get(`nginx ${state}`)
  const all = [own, ipx, nginx ?? (other || undefined)]
  return [
    state === 'miss' ? job : '',
    state,
    cpu(own),
    cpu(bare),
    cpu(ipx),
    own ? `${ratio(own.toIpx.min)} / ${ratio(own.toIpx.median)}` : '',
    other ? `${cpu(other)}*` : cpu(nginx),
    all.map((figure) => (figure ? short(figure.wallMsP50) : '–')).join(' / '),
    String(own?.requests ?? ''),
    all.map((figure) => figure?.bytes ?? '–').join(' / '),
  ]
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function cpu(figure: Figure | undefined): string {
  return figure ? `${short(figure.cpuMs.min)} / ${short(figure.cpuMs.median)}` : '–'
}

function short(value: number): string {
  return value >= 20 ? value.toFixed(0) : value >= 2 ? value.toFixed(1) : value.toFixed(2)
}

function ratio(value: number): string {
  return value < 0.1 ? value.toFixed(3) : value.toFixed(2)
}
