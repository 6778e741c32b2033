/**
 * The package that speaks the Model Context Protocol, which not every installation has: it is loaded when it is needed.
 */
import {GoheapError} from '../base/errors.js';

type Server = typeof import('@modelcontextprotocol/server');
type Stdio = typeof import('@modelcontextprotocol/server/stdio');
export type McpSdk = Pick<Server, 'McpServer' | 'fromJsonSchema'> & Pick<Stdio, 'serveStdio' | 'StdioServerTransport'>;

/** Throws `unsupported` where it is missing. */
export async function loadMcpSdk(): Promise<McpSdk> {
  try {
    const [server, stdio] = await Promise.all([import('@modelcontextprotocol/server'), import('@modelcontextprotocol/server/stdio')]);
    const {McpServer, fromJsonSchema} = server;
    const {serveStdio, StdioServerTransport} = stdio;
    return {McpServer, fromJsonSchema, serveStdio, StdioServerTransport};
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new GoheapError('unsupported', 'the Model Context Protocol needs a package that is not installed', {
      hint: 'npm install @modelcontextprotocol/server',
      cause: error,
    });
  }
}
