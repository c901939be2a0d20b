import type { Answer } from './client.ts'
import type { Job } from './jobs.ts'
import { keepsFormat } from './jobs.ts'
import type { CpuMeter } from './meter.ts'
import { expecting, type Sample, sample } from './sample.ts'
import type { IpxServer } from './servers/ipx.ts'
import type { NginxServer } from './servers/nginx.ts'
import type { PicharborServer } from './servers/picharbor.ts'

/** Small answers are asked for so often in a sample that the clock can tell them apart. */
const OFTEN = 30

export const LANES = {
  'picharbor miss': 'never asked before',
  'picharbor stored': 'kept in the bucket, nothing in the cache',
  'picharbor hot': 'in the cache',
  'picharbor 304': 'the client has it',
  'bare miss': 'the same calls of D1, bucket and cache, no pixels',
  'bare stored': 'the same calls',
  'bare hot': 'the same calls',
  'bare 304': 'the same calls',
  'ipx miss': 'every request',
  'ipx 304': 'the client has it',
  'nginx miss': 'image_filter, every request',
  'nginx own format': 'image_filter, which cannot change the format',
  'nginx hot': 'the same bytes as a plain file',
  'nginx 304': 'the client has the file',
} as const

export type Lane = keyof typeof LANES
export type Samples = Partial<Record<Lane, Sample>>

export interface Stand {
  readonly picharbor: PicharborServer
  readonly ipx: IpxServer
  readonly nginx: NginxServer | null
  readonly meters: { readonly workerd: CpuMeter; readonly ipx: CpuMeter; readonly nginx: CpuMeter | null }
}

/** All states of Picharbor on one new image, from cold to hot. */
export async function picharborLanes({ picharbor, meters }: Stand, job: Job): Promise<Samples> {
  const { client } = picharbor
  const meter = meters.workerd
  const path = await picharbor.upload(job)
  const miss = await sample(meter, { client, path, times: 1, check: expecting(200, 'rendered') })
  await picharbor.forgetCache()
  const stored = await sample(meter, { client, path, times: 1, check: expecting(200, 'variant') })
  const first = await client.get(path)
  const hot = await sample(meter, { client, path, times: OFTEN, check: expecting(200, 'edge') })
  const headers = { 'If-None-Match': String(first.headers.etag) }
  const unchanged = await sample(meter, { client, path, headers, times: OFTEN, check: expecting(304) })

  return {
    'picharbor miss': miss,
    'picharbor stored': stored,
    'picharbor hot': hot,
    'picharbor 304': unchanged,
  }
}

/** What of the above the stand-ins for D1, bucket and cache take: the same states of a worker that only calls them. */
export async function bareLanes({ picharbor, meters }: Stand, job: Job): Promise<Samples> {
  const { bare } = picharbor
  const image = (await picharbor.upload(job)).slice('/v2/images/'.length).split('?')[0]
  await picharbor.uploadBare(job)
  const ask = (state: string, times: number, status = 200) => {
    const path = `/${state}/${image}/${job.photo}`
    return sample(meters.workerd, { client: bare, path, times, check: expecting(status) })
  }
  const miss = await ask('miss', 1)
  await bare.get(`/forget/${image}/`)
  return {
    'bare miss': miss,
    'bare stored': await ask('stored', 1),
    'bare hot': await ask('hot', OFTEN),
    'bare 304': await ask('304', OFTEN, 304),
  }
}

export async function ipxLanes({ ipx, meters }: Stand, job: Job): Promise<Samples> {
  const { client } = ipx
  const path = ipx.pathOf(job)
  const headers = validatorsOf(await client.get(path))
  const meter = meters.ipx
  return {
    'ipx miss': await sample(meter, { client, path, times: 1, check: expecting(200) }),
    'ipx 304': await sample(meter, { client, path, headers, times: OFTEN, check: expecting(304) }),
  }
}

export async function nginxLanes({ nginx, meters, picharbor }: Stand, job: Job): Promise<Samples> {
  if (nginx === null || meters.nginx === null) return {}
  const { client } = nginx
  const meter = meters.nginx
  const check = expecting(200)
  const filtered = await sample(meter, { client, path: nginx.pathOf(job), times: 1, check })
  const path = await nginx.keep(job, (await picharbor.client.get(await picharbor.upload(job))).body)
  const headers = validatorsOf(await client.get(path))
  return {
    [keepsFormat(job) ? 'nginx miss' : 'nginx own format']: filtered,
    'nginx hot': await sample(meter, { client, path, times: OFTEN, check }),
    'nginx 304': await sample(meter, { client, path, headers, times: OFTEN, check: expecting(304) }),
  }
}

/** What a browser that has this answer sends along. */
function validatorsOf({ headers }: Answer): Record<string, string> {
  return { 'If-None-Match': String(headers.etag), 'If-Modified-Since': String(headers['last-modified']) }
}
