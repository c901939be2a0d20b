/** The worker around an engine: inputs are put once, so that a job's CPU is the job's. */
export interface BenchJob {
  readonly input: string
  readonly width: number
  readonly height: number
  readonly format: 'jpeg' | 'webp'
  readonly quality: number
}

export interface BenchResult {
  readonly bytes: number
  /** Linear memory of all modules that took part. */
  readonly memory: number
}

export function serve(render: (file: Uint8Array, job: BenchJob) => Promise<BenchResult>) {
  const inputs = new Map<string, Uint8Array>()
  return {
    async fetch(request: Request): Promise<Response> {
      if (request.method === 'PUT') {
        inputs.set(new URL(request.url).pathname.slice(1), new Uint8Array(await request.arrayBuffer()))
        return new Response('kept')
      }
      const job: BenchJob = await request.json()
      const file = inputs.get(job.input)
      if (!file) return Response.json({ error: 'no such input' })
      try {
        return Response.json(await render(file, job))
      } catch (error) {
        return Response.json({ error: String(error) })
      }
    },
  }
}
