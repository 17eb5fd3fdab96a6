import { once } from 'node:events';
import { Agent, createServer as createHttpServer, get, type Server as HttpServer } from 'node:http';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { explore } from '../explore/explore.js';
import { scenario } from '../scenario/scenario.js';
import type { WorkerBody } from '../scenario/types.js';
import { sharedServer } from '../server/index.js';
import { Environment } from './host/environment.js';

let environment: Environment;
/** Answers a moment later. */
let slow: HttpServer;
/** Never answers. */
let silent: HttpServer;
/** Sends back what it gets, a moment later. */
let echo: Server;
/** A connection that was there before any worker, as in a pool. */
let pooled: Socket;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
  slow = createHttpServer((_request, response) => void setTimeout(() => response.end('hello'), 5));
  silent = createHttpServer();
  echo = createServer((socket) => socket.on('data', (data) => setTimeout(() => socket.write(data), 5)));
  for (const server of [slow, silent, echo]) await once(server.listen(0, '127.0.0.1'), 'listening');
  pooled = connect(portOf(echo), '127.0.0.1');
  await once(pooled, 'connect');
});
afterAll(() => {
  environment.close();
  agent.destroy();
  pooled.destroy();
  for (const server of [slow, silent]) server.close().closeAllConnections();
  echo.close();
});

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

const fetched = async (): Promise<string> => (await fetch(`http://127.0.0.1:${portOf(slow)}/`)).text();

const got = (): Promise<string> =>
  new Promise((resolve, reject) => {
    get(`http://127.0.0.1:${portOf(slow)}/`, { agent }, (reply) => void text(reply).then(resolve, reject));
  });

const echoed = (): Promise<string> =>
  new Promise((resolve) => {
    pooled.once('data', (data) => resolve(data.toString()));
    pooled.write('hello');
  });

async function exploreWith(body: WorkerBody, count: number) {
  const cast = scenario({ name: 'past the lab', workers: body, workerCount: count, invariants: [] });
  return explore(cast, { session: environment, strategy: 'random', runs: 20 });
}

describe('connections that are kept open', () => {
  test.each([
    ['fetch', fetched, 2],
    ['an agent of node:http', got, 1],
    ['a socket from a pool', echoed, 1],
  ])('%s: what it brings is there before the next choice, in every execution', async (_name, ask, count) => {
    // From here on there is a connection that no worker opened.
    expect(await ask()).toBe('hello');
    const body: WorkerBody = async ({ redis }) => {
      for (let time = 0; time < 3; time++) await redis.set('answer', await ask());
    };
    const verdict = await exploreWith(body, count);
    // One worker alone makes no race, which is said, and is all that is wrong.
    expect(verdict).toMatchObject({ kind: count > 1 ? 'holds' : 'incomplete', executions: 20 });
    expect(verdict.message).toContain('nothing wrong');
  });

  test('fetch: one that is not answered is named, with its worker and its place', async () => {
    const body: WorkerBody = async ({ redis }) => {
      await redis.ping();
      await fetch(`http://127.0.0.1:${portOf(silent)}/`);
    };
    const { kind, message } = await exploreWith(body, 1);
    expect(kind).toBe('error');
    expect(message).toMatch(
      /^w1 waits for something that the lab does not control \(fetch.*\), after PING, for 2000 ms\. Started at .*past-the-lab\.test\.ts:\d+:\d+/,
    );
  });

  test('a socket from a pool: one that stays silent is named, too', async () => {
    const body: WorkerBody = async ({ redis }) => {
      await redis.ping();
      // It answers, but not with what the worker waits for.
      await new Promise((resolve) => {
        pooled.once('end', resolve);
        pooled.write('hello');
      });
    };
    const { kind, message } = await exploreWith(body, 1);
    expect(kind).toBe('error');
    expect(message).toMatch(/^w1 waits for something that the lab does not control \(TCPWRAP\), after PING/);
    expect(message).toMatch(/past-the-lab\.test\.ts:\d+:\d+/);
  });
});
