/**
 * What the stand-ins leave to a worker under the same limit. `GET /hold?mb=` says whether so much fits;
 * `POST /stream` and `POST /buffer` put the body into the bucket, as it comes or read whole first.
 */
const MIB = 1024 * 1024

export default {
  async fetch(request, env) {
    const url = new URL(request.url)
    const key = crypto.randomUUID()
    switch (url.pathname) {
      case '/hold': {
        const held = []
        // Written to, or it is not taken.
        for (let i = 0; i < Number(url.searchParams.get('mb')); i++) held.push(new Uint8Array(MIB).fill(i))
        return new Response(String(held.length))
      }
      case '/stream':
        await env.BUCKET.put(key, request.body)
        return new Response(null, { status: 201 })
      case '/buffer':
        await env.BUCKET.put(key, await request.arrayBuffer())
        return new Response(null, { status: 201 })
      default:
        return Response.json(await env.DB.prepare('SELECT 1 AS one').first())
    }
  },
}
