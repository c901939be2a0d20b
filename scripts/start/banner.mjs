/** What a newcomer needs to see: where it is, the key, and lines to paste. */
export function banner(port, apiKey) {
  const base = `http://localhost:${port}`
  console.log(`
Picharbor is running: ${base}

API key: ${apiKey}

Upload a photo, fetch it at 400 pixels, read its metadata (paste in this order):

  ID=$(curl -s -F file=@photo.jpg -H "X-API-Key: ${apiKey}" ${base}/v2/images | tee /dev/stderr | cut -d'"' -f4)
  curl -o small.webp "${base}/v2/images/$ID?w=400"
  curl "${base}/v2/images/$ID?info=true"

First administrator (once; then this answers 409):

  curl -H 'Content-Type: application/json' ${base}/api/v1/setup \\
    -d '{"email":"you@example.com","password":"at least 8 characters","name":"You"}'

Stop with Ctrl+C; the data stays in .wrangler/state.
`)
}
