import { request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Table } from '../table.js';
import { servePlayer, type Playing } from './server.js';

/** A table at which nobody ever sits: what is refused must not reach it. */
let opened = 0;
const table = new Table({
  levels: [],
  open: () => {
    opened += 1;
    return Promise.reject(new Error('no Redis in this test'));
  },
  explore: () => Promise.reject(new Error('nothing is explored in this test')),
});
let playing: Playing;
let origin: string;
let port: number;

beforeAll(async () => {
  playing = await servePlayer({
    table,
    readSource: () => undefined,
    save: () => Promise.reject(new Error('nothing is saved in this test')),
    shareLine: (shared) => shared,
  });
  const url = new URL(playing.url);
  origin = url.origin;
  port = Number(url.port);
});
afterAll(() => playing.close());

interface Sent {
  readonly method?: string;
  /** Behind the address of the page; with a slash in front instead of all of its path. */
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

interface Got {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly text: string;
}

/** Sends it as it is: no browser sets or forbids headers here. */
function send({ method = 'GET', path = '', headers = {}, body }: Sent = {}): Promise<Got> {
  const whole = path.startsWith('/') ? path : new URL(playing.url).pathname + path;
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path: whole, method, headers }, (response) => {
      let text = '';
      response.on('data', (part) => void (text += String(part)));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const json = { 'content-type': 'application/json' };
const ask = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Got> =>
  send({ method: 'POST', path, headers: { origin, ...json, ...headers }, body: JSON.stringify(body) });

describe('the server of the player', () => {
  test('gives its page to who has the address, with a strict policy', async () => {
    const { status, headers, text } = await send({ headers: { 'sec-fetch-site': 'none' } });
    expect(status).toBe(200);
    expect(text).toContain("default-src 'none'; script-src 'sha256-");
    expect(text).toContain("connect-src 'self'");
    expect(headers).toMatchObject({
      'content-security-policy': "frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });

  test('has a token that nobody guesses, another one every time', async () => {
    const [, token] = /\/play\/([\w-]+)\/$/.exec(playing.url)!;
    expect(token).toHaveLength(32);
    const other = await servePlayer({
      ...{ table, readSource: () => undefined, shareLine: (shared) => shared },
      save: () => Promise.reject(new Error('not here')),
    });
    expect(other.url).not.toContain(token);
    await other.close();
  });

  test.each([
    ['a wrong token', { path: `/play/${'A'.repeat(32)}/` }, 403],
    ['a part of the token', { path: '/play/A/' }, 403],
    ['no token', { path: '/' }, 403],
    ['the address of an icon', { path: '/favicon.ico' }, 403],
    ['a host name that was bound again', { headers: { host: 'evil.example' } }, 421],
    ['a host name with our port', { headers: { host: 'evil.example:1' } }, 421],
    ['a link on another page', { headers: { 'sec-fetch-site': 'cross-site' } }, 403],
    ['a page of this machine', { headers: { 'sec-fetch-site': 'same-site' } }, 403],
    ['a script of another page', { headers: { origin: 'http://evil.example' } }, 403],
    ['a page from a file', { headers: { origin: 'null' } }, 403],
    ['another method', { method: 'PUT' }, 405],
    ['what a browser asks before a request', { method: 'OPTIONS', headers: { origin: 'http://a.b' } }, 405],
    ['another path', { path: 'package.json' }, 404],
    ['a way up', { path: '../../package.json' }, 404],
    ['a way up that is written otherwise', { path: '%2e%2e/package.json' }, 404],
  ] as const)('refuses %s', async (_, sent, expected) => {
    const { status, text } = await send(sent);
    expect([status, Object.keys(JSON.parse(text) as object)]).toEqual([expected, ['error']]);
  });

  test('refuses its own address without the last slash, below which nothing of the page would be found', async () => {
    const { status, text } = await send({ path: new URL(playing.url).pathname.slice(0, -1) });
    expect([status, text]).toEqual([404, '{"error":"the address of the page ends with a slash"}']);
  });

  const level = { level: 'a/b' };
  test.each([
    ['without an origin', { headers: json }, 403],
    ['of another origin', { headers: { ...json, origin: 'http://127.0.0.1:1' } }, 403],
    ['of another site', { headers: { ...json, 'sec-fetch-site': 'cross-site' } }, 403],
    ['of a form', { headers: { 'content-type': 'text/plain' } }, 415],
    ['of a form with files', { headers: { 'content-type': 'multipart/form-data' } }, 415],
  ] as const)('refuses a question %s', async (what, { headers }, expected) => {
    const own = what === 'without an origin' ? {} : { origin };
    const { status } = await send({
      ...{ method: 'POST', path: 'level', body: JSON.stringify(level) },
      headers: { ...own, ...headers },
    });
    expect(status).toBe(expected);
  });

  test.each([
    ['that is none', 'nothing', level, 404],
    ['with a name of every object', '__proto__', level, 404],
    ['without a level', 'level', {}, 400],
    ['with more than is asked', 'level', { ...level, file: '/etc/passwd' }, 400],
    ['with a level that is no text', 'level', { level: ['a'] }, 400],
    ['with a tape that is no text', 'play', { ...level, tape: [1], steps: 0, onward: { kind: 'stay' } }, 400],
    ['with steps below none', 'play', { ...level, tape: '0', steps: -1, onward: { kind: 'stay' } }, 400],
    ['with half a step', 'play', { ...level, tape: '0', steps: 0.5, onward: { kind: 'stay' } }, 400],
    ['with a move that is none', 'play', { ...level, tape: '0', steps: 0, onward: { kind: 'eval' } }, 400],
    ['for a file to write', 'record', { ...level, tape: '0', path: '/tmp/a' }, 400],
  ] as const)('refuses a question %s', async (_, path, body, expected) => {
    expect((await ask(path, body)).status).toBe(expected);
  });

  test('refuses what is no JSON, and what is too long, without reading on', async () => {
    const headers = { origin, ...json };
    expect((await send({ method: 'POST', path: 'level', headers, body: '{' })).status).toBe(400);
    const long = await ask('level', { level: 'a'.repeat(70_000) });
    expect([long.status, long.headers['connection']]).toEqual([413, 'close']);
  });

  test('has started no Redis for any of these', () => {
    expect(opened).toBe(0);
  });

  test('says what is wrong with Redis, in one line', async () => {
    const { status, text } = await ask('level', level);
    expect([status, JSON.parse(text)]).toEqual([500, { error: 'no Redis in this test' }]);
  });

  test('listens on the loopback address alone', async ({ skip }) => {
    const other = Object.values(networkInterfaces())
      .flatMap((one) => one ?? [])
      .find(({ family, internal }) => family === 'IPv4' && !internal);
    if (other === undefined) return skip('this machine has no address but the loopback one');
    const refused = new Promise((resolve) => {
      const socket = connect(port, other.address);
      socket.on('connect', () => resolve('connected'));
      socket.on('error', () => resolve('refused'));
    });
    expect(await refused).toBe('refused');
  });
});
