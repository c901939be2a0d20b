import { McpServer } from '@modelcontextprotocol/server'
import type { Context as HonoContext } from 'hono'
import type { AppEnv } from '#http/env.ts'
import { VERSION } from '#http/version.ts'
import { registerManageTools } from './manage.ts'
import { registerPrompts } from './prompts.ts'
import { registerResources } from './resources.ts'
import { registerUploadTool } from './upload.ts'
import { registerViewTool } from './view.ts'

const INSTRUCTIONS = [
  'An image host. upload_image stores a picture and returns links to it; view_image shows one to you; list_images finds what',
  'was stored before. Images are public to whoever has their URL unless stored with permission 0.',
].join(' ')

const FIXED = { listChanged: false }

/** The tools, resources and prompt of contract section 13.1, for one request. */
export function createServer(c: HonoContext<AppEnv>): McpServer {
  const server = new McpServer(
    { name: 'picfast', title: 'Picharbor', version: VERSION },
    { capabilities: { tools: FIXED, resources: FIXED, prompts: FIXED }, instructions: INSTRUCTIONS },
  )
  registerUploadTool(server, c)
  registerViewTool(server, c)
  registerManageTools(server, c)
  registerResources(server, c)
  registerPrompts(server)
  return server
}
