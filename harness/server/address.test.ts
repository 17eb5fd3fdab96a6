import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { isLoopback, parseRedisAddress } from './address.js';
import { startServer, type RedisServer } from './index.js';
import { Probe } from './probe.js';

const servers: RedisServer[] = [];
const listeners: Server[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  for (const listener of listeners.splice(0)) listener.close();
});

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => listener.once('listening', resolve));
  const { port } = listener.address() as AddressInfo;
  await new Promise((resolve) => listener.close(resolve));
  return port;
}

/** Somebody else's Redis: a server with a port. */
async function foreignServer(): Promise<{ port: number; probe: Probe }> {
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1'];
  servers.push(await startServer({ redis: 'process', clock: 'real', args }));
  return { port, probe: await Probe.connect({ host: '127.0.0.1', port }) };
}

describe('an address given by hand', () => {
  it('is used when it is this machine and empty, and is empty again afterwards', async () => {
    const { port, probe } = await foreignServer();
    const server = await startServer({ redis: `redis://localhost:${port}` });
    expect(server).toMatchObject({
      source: 'address',
      endpoint: { host: '127.0.0.1', port },
      description: `redis://localhost:${port}`,
      clockReason: expect.stringContaining('already running'),
    });
    expect(server.clockMode).not.toBe('shim');
    await probe.ask('SET', 'left', 'over');
    await server.stop();
    expect(await probe.ask('DBSIZE')).toBe(0);
    probe.close();
  });

  it('is refused when any database holds a key, and nothing is touched', async () => {
    const { port, probe } = await foreignServer();
    await probe.ask('SELECT', 5);
    await probe.ask('SET', 'somebody', 'else');
    await expect(startServer({ redis: `redis://127.0.0.1:${port}/0` })).rejects.toMatchObject({
      code: 'not-empty',
      message: expect.stringContaining('db5: 1 keys'),
    });
    expect(await probe.ask('GET', 'somebody')).toBe('else');
    probe.close();
  });

  it('is refused when it is not this machine, before anything is sent there', async () => {
    for (const host of ['10.1.2.3', 'redis.example.com', '[2001:db8::1]', '127.0.0.1.example.com']) {
      await expect(startServer({ redis: `redis://${host}:6379` })).rejects.toMatchObject({
        code: 'not-loopback',
      });
    }
  });

  it('may be elsewhere when its host is allowed', async () => {
    const port = await freePort();
    const allowed = startServer({ redis: `redis://127.0.0.1:${port}`, allowHosts: ['127.0.0.1'] });
    await expect(allowed).rejects.toMatchObject({ code: 'unreachable' });
  });

  it('is refused when nobody or something else listens', async () => {
    const port = await freePort();
    await expect(startServer({ redis: `redis://localhost:${port}` })).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(
        new RegExp(`^redis://localhost:${port} does not answer: .*ECONNREFUSED`),
      ),
    });
    const listener = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(
      port,
      '127.0.0.1',
    );
    listeners.push(listener);
    await expect(startServer({ redis: `redis://127.0.0.1:${port}` })).rejects.toMatchObject({
      code: 'unreachable',
    });
  });

  it('is refused when it wants a password or is a replica', async () => {
    const { port, probe } = await foreignServer();
    await probe.ask('REPLICAOF', '127.0.0.1', '1');
    await expect(startServer({ redis: `redis://127.0.0.1:${port}` })).rejects.toThrow('is a replica');
    await probe.ask('REPLICAOF', 'NO', 'ONE');
    await probe.ask('CONFIG', 'SET', 'requirepass', 'secret');
    await expect(startServer({ redis: `redis://127.0.0.1:${port}` })).rejects.toThrow('wants a password');
    probe.close();
  });

  it('cannot have a frozen clock', async () => {
    const { port, probe } = await foreignServer();
    probe.close();
    await expect(startServer({ redis: `redis://127.0.0.1:${port}`, clock: 'shim' })).rejects.toMatchObject({
      code: 'no-clock',
    });
  });
});

describe('the text of an address', () => {
  it('is a host and a port', () => {
    expect(parseRedisAddress('redis://localhost')).toEqual({ host: 'localhost', port: 6379 });
    expect(parseRedisAddress('redis://[::1]:7000/0')).toEqual({ host: '::1', port: 7000 });
  });

  it('may not ask for what the lab would not honour', () => {
    for (const text of [
      'redis://',
      'redis://h/3',
      'redis://h?x=1',
      'redis://h:99999',
      'redis://:pw@localhost',
    ]) {
      expect(() => parseRedisAddress(text), text).toThrow(expect.objectContaining({ code: 'bad-request' }));
    }
    expect(() => parseRedisAddress('redis://me:secret@h')).toThrow(/^(?!.*secret)/);
  });

  it('is loopback only when it can mean nothing else', () => {
    for (const host of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'])
      expect(isLoopback(host), host).toBe(true);
    for (const host of ['0.0.0.0', '128.0.0.1', '::', '127.1', '127.0.0.1.nip.io', '']) {
      expect(isLoopback(host), host).toBe(false);
    }
  });
});
