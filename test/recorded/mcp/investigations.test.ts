/** Five questions to `goheap mcp`, asked by the client of the protocol's newest package; test/live/mcp-older-client.test.ts asks them by the one before it. */
import {afterAll, beforeAll, test} from 'vitest';
import {fixtureDatabase} from '../../kit/fixture-database.js';
import {openDatabase} from '../../kit/goheap.js';
import {type AskedDumps, INVESTIGATIONS} from '../../kit/mcp-investigations.js';
import {McpSession} from '../../kit/mcp-session.js';

let dumps: AskedDumps;
beforeAll(async () => {
  dumps = {leak: openDatabase(await fixtureDatabase('leak-1.26.8')), suspects: openDatabase(await fixtureDatabase('suspects-1.26.8'))};
});
afterAll(() => {
  dumps.leak.close();
  dumps.suspects.close();
});

test.each(INVESTIGATIONS)('%s', async (_, ask) => {
  await ask((inputs) => McpSession.start(inputs), dumps);
});
