/**
 * The calls of D1, the bucket and the cache that Picharbor makes for an answer, and nothing else. They are served by stand-ins in the
 * same process, so their CPU time is in every figure of Picharbor; what it costs beyond this worker is its own.
 *
 * `/<state>/<image>/<original>`; a PUT to `/original/<name>` leaves an original to read.
 */
const QUERY = `SELECT images.*, tenants.delivery, users.external_id FROM images
  INNER JOIN tenants ON tenants.id = images.tenant_id LEFT JOIN users ON users.id = images.user_id WHERE images.uid = ?`

export default {
  async fetch(request, env, ctx) {
    const [, state, image, original] = new URL(request.url).pathname.split('/')
    if (request.method === 'PUT') {
      await env.BUCKET.put(`bare/${state}/${image}`, await request.arrayBuffer())
      return new Response(null, { status: 204 })
    }
    const cache = await caches.open('bare')
    const names = { facts: `https://bare.invalid/facts/${image}`, bytes: `https://bare.invalid/bytes/${image}` }
    if (state === 'forget') {
      await Promise.all([cache.delete(names.facts), cache.delete(names.bytes)])
      return new Response(null, { status: 204 })
    }

    let facts = await (await cache.match(names.facts))?.text()
    if (state === '304') return new Response(null, { status: 304 })
    if (facts === undefined) {
      facts = JSON.stringify(await env.DB.prepare(QUERY).bind(image).first())
      ctx.waitUntil(cache.put(names.facts, kept(new TextEncoder().encode(facts))))
    }
    const cached = await cache.match(names.bytes)
    if (cached !== undefined) return new Response(cached.body)
    const key = `bare/variant/${image}`
    const stored = await env.BUCKET.get(key)
    const bytes = stored ? await stored.arrayBuffer() : await read(env.BUCKET, original)
    ctx.waitUntil(cache.put(names.bytes, kept(bytes)))
    if (stored === null) ctx.waitUntil(env.BUCKET.put(key, bytes))
    return new Response(bytes)
  },
}

/** All of an original is read; as much of it is answered as a variant has. */
async function read(bucket, original) {
  const object = await bucket.get(`bare/original/${original}`)
  return (await object.arrayBuffer()).slice(0, 32_768)
}

function kept(bytes) {
  const headers = { 'content-length': String(bytes.byteLength), 'cache-control': 'public, max-age=86400' }
  return new Response(bytes, { headers })
}
