const CSP = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

const STYLE = `:root{color-scheme:light dark}
body{font:1.0625rem/1.5 system-ui,sans-serif;max-width:30rem;margin:15vh auto 0;padding:0 1.25rem}
h1{font-size:1.5rem;line-height:1.2;margin:0 0 1rem}
p{margin:0 0 1rem}
.name{font-weight:600;overflow-wrap:anywhere}
button{font:inherit;font-weight:600;padding:.75rem 1.25rem;border:0;border-radius:.5rem;background:#175cd3;color:#fff;cursor:pointer}
button:hover{background:#1849a9}
.danger{background:#b42318}
.danger:hover{background:#912018}
label{display:block;margin:0 0 1rem}
input{font:inherit;display:block;width:100%;box-sizing:border-box;margin-top:.25rem;padding:.6rem .75rem}
button:focus-visible{outline:3px solid;outline-offset:2px}`

/** A page of a few words, which loads nothing and can be framed by nobody; `body` is markup, made safe by who calls. */
export function page(title: string, body: readonly string[], status = 200): Response {
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${body.join('\n')}
</main>
</body>
</html>
`
  const headers = {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Security-Policy': CSP,
  }
  return new Response(html, { status, headers })
}
