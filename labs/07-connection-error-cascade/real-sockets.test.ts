/**
 * The same API as a process of its own: HTTP over loopback, a real Redis, and a connection that is really reset. What happens is
 * asserted, and not when.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { sharedServer } from '../../harness/index.js';
import type { DESIGNS } from './designs.js';
import { itemKey, priceKey } from './items.js';
import { PRICE } from './requests.js';
import { startCutter, type Cutter } from './testing/cutter.js';

const SERVE = fileURLToPath(new URL('testing/serve.ts', import.meta.url));
const SERVED = { status: 200, body: `{"price":"${PRICE}"}` };
const UNAVAILABLE = { status: 503, body: '{"error":"unavailable"}' };

let redis: Redis;
let cutter: Cutter;
let api: ChildProcess | undefined;
let url = '';
let log = '';

beforeAll(async () => {
  const { endpoint } = await sharedServer();
  redis = new Redis(endpoint);
  cutter = await startCutter(endpoint);
});
afterAll(async () => {
  await cutter.goAway();
  await redis.quit();
});
beforeEach(async () => {
  await redis.flushall();
  await redis.set(priceKey('7'), PRICE);
});
afterEach(() => void api?.kill('SIGKILL'));

/** Starts the API of a variant. */
async function start(name: keyof typeof DESIGNS): Promise<void> {
  api = spawn(process.execPath, ['--import', 'tsx', SERVE, name, String(cutter.port)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  log = '';
  api.stderr!.setEncoding('utf8').on('data', (text: string) => (log += text));
  [url] = (await once(createInterface(api.stdout!), 'line')) as [string];
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

async function ask(method: string, path: string): Promise<Answer> {
  const response = await fetch(`${url}${path}`, { method });
  return { status: response.status, body: await response.text() };
}
const process7 = (): Promise<Answer> => ask('POST', '/items/7/process');
const price = (): Promise<Answer> => ask('GET', '/prices/7');

test('nothing-handled: the process ends, and with it whoever asks for a price', async () => {
  await start('nothing-handled');
  expect(await price()).toEqual(SERVED);
  cutter.cutAt('SET');
  const ended = once(api!, 'exit') as Promise<[number | null]>;
  // It may end before this answer is out.
  await process7().catch(() => undefined);
  const [code] = await ended;
  expect(code).toBe(1);
  expect(log).toContain('MaxRetriesPerRequestError');
  await expect(price()).rejects.toThrow('fetch failed');
});

test('global-handler: one request is a 503, and nobody else notices', async () => {
  await start('global-handler');
  cutter.cutAt('SET');
  expect(await process7()).toEqual(UNAVAILABLE);
  expect(await price()).toEqual(SERVED);
  expect(await process7()).toEqual({ status: 200, body: '{"processed":1}' });
  expect(api!.exitCode).toBeNull();
});

test('client-gives-up: every error is handled, and nobody is served any more', async () => {
  await start('client-gives-up');
  cutter.cutAt('SET');
  expect(await process7()).toEqual(UNAVAILABLE);
  for (let times = 0; times < 5; times++) expect(await price()).toEqual(UNAVAILABLE);
  expect(api!.exitCode).toBeNull();
});

test('pool-discards: the same client, and the broken one is not lent again', async () => {
  await start('pool-discards');
  cutter.cutAt('SET');
  expect(await process7()).toEqual(UNAVAILABLE);
  for (let times = 0; times < 5; times++) expect(await price()).toEqual(SERVED);
});

test('half-done-multi: an item that is no JSON, and everybody else is QUEUED', async () => {
  await redis.set(itemKey('7'), '{"processed":');
  await start('half-done-multi');
  expect(await process7()).toEqual({ status: 500, body: '{"error":"internal error"}' });
  for (let times = 0; times < 5; times++)
    expect(await price()).toEqual({ status: 200, body: '{"price":"QUEUED"}' });
});

test('fail-fast: refused while Redis is away, and served when it is back', async () => {
  await start('fail-fast');
  await cutter.goAway();
  await vi.waitUntil(async () => (await price()).status === 503);
  expect(await price()).toEqual(UNAVAILABLE);
  await cutter.comeBack();
  await expect.poll(price).toEqual(SERVED);
});

test('retries: what had gone through is done again', async () => {
  await start('retries');
  cutter.cutAt('SET', 'reply');
  expect(await process7()).toEqual({ status: 200, body: '{"processed":2}' });
  expect(await redis.get(itemKey('7'))).toBe('{"processed":2}');
});

test('retries-by-key: the same, of what may be repeated', async () => {
  await start('retries-by-key');
  cutter.cutAt('EVAL', 'reply');
  expect(await process7()).toEqual({ status: 200, body: '{"processed":1}' });
  expect(await redis.get(itemKey('7'))).toBe('{"processed":1}');
});
