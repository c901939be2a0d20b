import { z } from '@hono/zod-openapi'
import type { McpServer } from '@modelcontextprotocol/server'

const FORMS = { url: 'its URL', markdown: 'Markdown', html: 'HTML', bbcode: 'BBCode' } as const

const Arguments = z.object({
  filename: z.string().max(255).optional().describe('Name to store it under'),
  format: z
    .enum(['url', 'markdown', 'html', 'bbcode'])
    .optional()
    .describe('How to hand the link over; Markdown when absent'),
})

/** What people start by hand: the picture they have at hand, uploaded and linked. */
export function registerPrompts(server: McpServer): void {
  const config = {
    title: 'Upload and share',
    description: 'Upload a picture and get a link to pass on.',
    argsSchema: Arguments,
  }
  server.registerPrompt('upload_and_share', config, ({ filename, format }) => {
    const named = filename === undefined ? '' : ` under the name ${JSON.stringify(filename)}`
    const text = [
      `Upload the picture I give you with the tool \`upload_image\`${named}, as a public image unless I say otherwise.`,
      `Then answer with ${FORMS[format ?? 'markdown']}, ready to paste, and nothing else but what went wrong, if anything did.`,
      'If `moderation_status` of the result is not `approved`, say that others will see it only after a review.',
    ].join(' ')
    return { messages: [{ role: 'user' as const, content: { type: 'text' as const, text } }] }
  })
}
