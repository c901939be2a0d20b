/**
 * The least a worker can do for an answer on the same stand-ins for D1, R2 and the cache: one look into the cache, or one
 * query and one read of the bucket. What Picharbor costs beyond it is Picharbor's own.
 */
export default {
  async fetch(request, env) {
    const url = new URL(request.url)
    const cache = await caches.open('bare')
    const [, state, name] = url.pathname.split('/')
    const key = `https://bare.invalid/${name}`
    if (request.method === 'PUT') {
      const bytes = await request.arrayBuffer()
      await env.BUCKET.put(`bare/${name}`, bytes)
      const headers = { 'content-length': String(bytes.byteLength), 'cache-control': 'public, max-age=86400' }
      await cache.put(key, new Response(bytes, { headers }))
      return new Response(null, { status: 204 })
    }
    if (state === 'hot') return (await cache.match(key)) ?? new Response(null, { status: 404 })
    await env.DB.prepare('SELECT * FROM images WHERE uid = ?').bind(name).first()
    const object = await env.BUCKET.get(`bare/${name}`)
    return object === null ? new Response(null, { status: 404 }) : new Response(object.body)
  },
}
