/**
 * An assistant's side of `goheap mcp`: a real client over standard input and output, which checks what every answer must be and goes on as answers say.
 * The server ends when its input does, also when the test is killed.
 */
import {Client} from '@modelcontextprotocol/client';
import {StdioClientTransport, type StdioServerParameters} from '@modelcontextprotocol/client/stdio';
import {expect} from 'vitest';
import {RUN} from './goheap.js';

const MOST_BYTES = 8192;
/** C0 but line feed, C1, separators of lines, marks of direction. */
const CONTROLS = /[\p{Bidi_Control}\p{Zl}\p{Zp}]|(?!\n)\p{Cc}/u;

/** What a session needs of a client; those of both versions of the package have it. */
export type McpClient = Pick<Client, 'callTool' | 'listTools' | 'getInstructions' | 'close'>;
export type ConnectMcp = (server: StdioServerParameters) => Promise<{readonly client: McpClient; readonly pid: number}>;

const connectNewest: ConnectMcp = async (server) => {
  const transport = new StdioClientTransport(server);
  const client = new Client({name: 'goheap-test', version: '1'});
  await client.connect(transport);
  return {client, pid: transport.pid!};
};

export class McpSession implements AsyncDisposable {
  readonly client: McpClient;
  readonly pid: number;
  calls = 0;
  text = ''; // of the last answer
  isError = false;

  private constructor(client: McpClient, pid: number) {
    this.client = client;
    this.pid = pid;
  }

  static async start(args: readonly string[], connect = connectNewest): Promise<McpSession> {
    const {client, pid} = await connect({command: process.execPath, args: [RUN, 'mcp', ...args], stderr: 'pipe', env: environment()});
    return new McpSession(client, pid);
  }

  /** The answer's text. */
  async call(tool: string, args: Record<string, unknown> = {}): Promise<string> {
    this.calls++;
    const result = await this.client.callTool({name: tool, arguments: args});
    const [content] = result.content as [{type: string; text: string}];
    expect(result.content).toHaveLength(1);
    this.text = content.text;
    this.isError = result.isError === true;
    expect(Buffer.byteLength(this.text), tool).toBeLessThanOrEqual(MOST_BYTES);
    expect(this.text, tool).not.toMatch(CONTROLS);
    if (!this.isError) {
      expect(this.text).toContain('untrusted');
      expect(this.text.split('\n').at(-1)).toMatch(/^Next: [a-z-]+ \{.*\} – ./);
    }
    return this.text;
  }

  /** The call that the last answer names as the next. */
  next(): Promise<string> {
    return this.#named(this.text.split('\n').at(-1)!, /^Next: ([a-z-]+) (\{.*\}) – /);
  }

  /** The call that a finding of the last answer names. */
  see(finding: RegExp): Promise<string> {
    const lines = this.text.split('\n');
    const at = lines.findIndex((line) => finding.test(line));
    expect(at, String(finding)).toBeGreaterThan(0);
    return this.#named(lines.slice(at).find((line) => line.startsWith('   See: '))!, /^ {3}See: ([a-z-]+) (\{.*\})$/);
  }

  #named(line: string, pattern: RegExp): Promise<string> {
    const [, tool, args] = pattern.exec(line) ?? [];
    expect(args, line).toBeDefined();
    return this.call(tool!, JSON.parse(args!) as Record<string, unknown>);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.close();
  }
}

function environment(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
