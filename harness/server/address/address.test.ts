import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { isLoopback, parseRedisAddress } from './address.js';
import { startServer } from '../index.js';
import { Probe } from '../probe/probe.js';
import { freePort } from '../testing/free-port.js';
import { started } from '../testing/started.js';

const { start } = started({ redis: 'process', clock: 'real' });
const listeners: Server[] = [];

afterEach(() => {
  for (const listener of listeners.splice(0)) listener.close();
});

/** Somebody else's Redis: a server with a port. */
async function foreignServer(): Promise<{ port: number; probe: Probe }> {
  const port = await freePort();
  const { probe } = await start({ args: ['--port', String(port), '--bind', '127.0.0.1'] });
  return { port, probe };
}

describe('an address given by hand', () => {
  test('should be used when it is this machine and empty, and be empty again afterwards', async () => {
    const { port, probe } = await foreignServer();
    const server = await startServer({ redis: `redis://localhost:${port}` });
    expect(server).toMatchObject({
      source: 'address',
      endpoint: { host: '127.0.0.1', port },
      description: `redis://localhost:${port}`,
      clockReason: expect.stringContaining('already running'),
    });
    expect(server.clockMode).not.toBe('shim');
    const lab = await Probe.connect(server.endpoint);
    await lab.ask('SET', 'left', 'over');
    await lab.ask('CONFIG', 'SET', 'maxmemory', 1234567);
    lab.close();
    await server.stop();
    expect(await probe.ask('DBSIZE')).toBe(0);
    expect(await probe.ask('CONFIG', 'GET', 'maxmemory')).toEqual(['maxmemory', '0']);
  });

  test('should keep what somebody else wrote, and say so', async () => {
    const { port, probe } = await foreignServer();
    const server = await startServer({ redis: `redis://127.0.0.1:${port}` });
    expect(await server.lent!.ownKeys()).toEqual([]);
    await probe.ask('PING');
    expect(await server.lent!.ownKeys()).toEqual([]);
    await probe.ask('SET', 'their:key', 'theirs');
    await expect(server.lent!.ownKeys()).rejects.toMatchObject({
      code: 'foreign-write',
      message: expect.stringContaining(
        `somebody else writes to redis://127.0.0.1:${port} while the lab works there: SET their:key theirs, from `,
      ),
    });
    await server.stop();
    expect(await probe.ask('GET', 'their:key')).toBe('theirs');
  });

  test.each([
    ['FLUSHALL', ['-flushall'], 'does not run FLUSHALL for the lab: NOPERM'],
    ['INFO', ['-info'], 'does not run INFO for the lab: NOPERM'],
    ['MONITOR', ['-monitor'], 'cannot be watched for what others write (MONITOR): NOPERM'],
  ])(
    'should be refused by name when it does not allow %s, before anything is written',
    async (_, rules, said) => {
      const { port, probe } = await foreignServer();
      await probe.ask('ACL', 'SETUSER', 'admin', 'on', 'nopass', '~*', '&*', '+@all');
      await probe.ask('AUTH', 'admin', 'any');
      await probe.ask('ACL', 'SETUSER', 'default', ...rules);
      await expect(startServer({ redis: `redis://127.0.0.1:${port}` })).rejects.toMatchObject({
        code: 'bad-request',
        message: expect.stringContaining(`redis://127.0.0.1:${port} ${said}`),
      });
      const stats = String(await probe.ask('INFO', 'commandstats'));
      expect(stats).not.toMatch(/cmdstat_(set|eval):calls/);
    },
  );

  test('should be refused when FLUSHALL has another name', async () => {
    const port = await freePort();
    await start({
      args: ['--port', String(port), '--bind', '127.0.0.1', '--rename-command', 'FLUSHALL', 'x'],
    });
    await expect(startServer({ redis: `redis://127.0.0.1:${port}` })).rejects.toThrow(
      'does not run FLUSHALL for the lab: ERR unknown command',
    );
  });

  test('should be refused when it holds functions', async () => {
    const { port, probe } = await foreignServer();
    const code = "#!lua name=theirs\nredis.register_function('f', function() return 1 end)";
    await probe.ask('FUNCTION', 'LOAD', code);
    await expect(startServer({ redis: `redis://127.0.0.1:${port}` })).rejects.toThrow('1 function librar');
  });

  test('should be refused when any database holds a key, and nothing is touched', async () => {
    const { port, probe } = await foreignServer();
    await probe.ask('SELECT', 5);
    await probe.ask('SET', 'somebody', 'else');
    await expect(startServer({ redis: `redis://127.0.0.1:${port}/0` })).rejects.toMatchObject({
      code: 'not-empty',
      message: expect.stringContaining('db5: 1 keys'),
    });
    expect(await probe.ask('GET', 'somebody')).toBe('else');
  });

  test('should be refused when it is not this machine, before anything is sent there', async () => {
    for (const host of ['10.1.2.3', 'redis.example.com', '[2001:db8::1]', '127.0.0.1.example.com']) {
      await expect(startServer({ redis: `redis://${host}:6379` })).rejects.toMatchObject({
        code: 'not-loopback',
      });
    }
  });

  test('should be elsewhere only when its host is allowed', async () => {
    const port = await freePort();
    const allowed = startServer({ redis: `redis://127.0.0.1:${port}`, allowHosts: ['127.0.0.1'] });
    await expect(allowed).rejects.toMatchObject({ code: 'unreachable' });
  });

  test('should be refused when nobody or something else listens', async () => {
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

  test('should be refused when it wants a password or is a replica', async () => {
    const { port, probe } = await foreignServer();
    await probe.ask('REPLICAOF', '127.0.0.1', '1');
    await expect(startServer({ redis: `redis://127.0.0.1:${port}` })).rejects.toThrow('is a replica');
    await probe.ask('REPLICAOF', 'NO', 'ONE');
    await probe.ask('CONFIG', 'SET', 'requirepass', 'secret');
    await expect(startServer({ redis: `redis://127.0.0.1:${port}` })).rejects.toThrow('wants a password');
  });

  test('should not have a frozen clock', async () => {
    const { port } = await foreignServer();
    await expect(startServer({ redis: `redis://127.0.0.1:${port}`, clock: 'shim' })).rejects.toMatchObject({
      code: 'no-clock',
    });
  });
});

describe('the text of an address', () => {
  test('should be a host and a port', () => {
    expect(parseRedisAddress('redis://localhost')).toEqual({ host: 'localhost', port: 6379 });
    expect(parseRedisAddress('redis://[::1]:7000/0')).toEqual({ host: '::1', port: 7000 });
  });

  test('should not ask for what the lab would not honour', () => {
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

  test('should be loopback only when it can mean nothing else', () => {
    for (const host of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'])
      expect(isLoopback(host), host).toBe(true);
    for (const host of ['0.0.0.0', '128.0.0.1', '::', '127.1', '127.0.0.1.nip.io', '']) {
      expect(isLoopback(host), host).toBe(false);
    }
  });
});
