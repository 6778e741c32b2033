/**
 * `goheap mcp` and the client of version 1 of the protocol's package, which most assistants still have: the same five questions in as many calls. The package
 * brings some ninety others, so that it is no dependency of ours: npm puts it into a folder of the test's own.
 */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {fixtureDatabase} from '../kit/fixture-database.js';
import {openDatabase} from '../kit/goheap.js';
import {run} from '../kit/installed-package.js';
import {type AskedDumps, INVESTIGATIONS} from '../kit/mcp-investigations.js';
import {type ConnectMcp, type McpClient, McpSession} from '../kit/mcp-session.js';

const SDK = '@modelcontextprotocol/sdk@1.32.2';
const folder = mkdtempSync(join(tmpdir(), 'goheap-mcp-v1-'));
let dumps: AskedDumps;
let connect: ConnectMcp;

beforeAll(async () => {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({private: true, type: 'module'}));
  run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', SDK], {cwd: folder, env: process.env});
  connect = await loadOlderClient();
  dumps = {leak: openDatabase(await fixtureDatabase('leak-1.26.8')), suspects: openDatabase(await fixtureDatabase('suspects-1.26.8'))};
});
afterAll(() => {
  dumps.leak.close();
  dumps.suspects.close();
  rmSync(folder, {recursive: true});
});

test.each(INVESTIGATIONS)('%s', async (_, ask) => {
  await ask((inputs) => McpSession.start(inputs, connect), dumps);
});

test('tools, and wrong calls', async () => {
  await using session = await McpSession.start([dumps.leak.name], connect);
  expect((await session.client.listTools()).tools).toHaveLength(11);
  expect(session.client.getInstructions()).toContain('untrusted');
  expect(await session.call('path', {object: 'main.sever'})).toContain('Did you mean main.server');
  expect(session.isError).toBe(true);
});

/** Its modules are not typed here: they are no dependency. */
async function loadOlderClient(): Promise<ConnectMcp> {
  const at = join(folder, 'node_modules/@modelcontextprotocol/sdk/dist/esm/client');
  const load = (name: string) => import(pathToFileURL(join(at, name)).href) as Promise<Record<string, unknown>>;
  const [{Client}, {StdioClientTransport}] = (await Promise.all([load('index.js'), load('stdio.js')])) as unknown as [
    {readonly Client: new (info: object) => McpClient & {connect(transport: object): Promise<void>}},
    {readonly StdioClientTransport: new (server: object) => {readonly pid: number}},
  ];
  return async (server) => {
    const transport = new StdioClientTransport(server);
    const client = new Client({name: 'goheap-test', version: '1'});
    await client.connect(transport);
    return {client, pid: transport.pid};
  };
}
