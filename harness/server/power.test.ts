import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { CLOCK_START_US, writeClock } from './clock-file.js';
import { findEngine } from './engine.js';
import { startServer, type RedisServer } from './index.js';
import { Probe } from './probe.js';
import { within } from './sleep.js';

const servers: RedisServer[] = [];
const probes: Probe[] = [];

afterEach(async () => {
  for (const probe of probes.splice(0)) probe.close();
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function connect(server: RedisServer): Promise<Probe> {
  const probe = await Probe.connect(server.endpoint);
  probes.push(probe);
  return probe;
}

describe.each(['process', 'container'] as const)('power over a %s', { timeout: 120_000 }, (redis) => {
  async function start(skip: (condition: boolean, note?: string) => void): Promise<RedisServer> {
    if (redis === 'container') {
      const reason = await findEngine().then(
        () => '',
        (error: Error) => error.message,
      );
      skip(reason !== '' && process.env['RACE_LAB_REQUIRE_CONTAINERS'] !== '1', reason);
    }
    const server = await startServer({ redis });
    servers.push(server);
    skip(server.power === undefined, 'a container that is reached at an address of its own has none');
    return server;
  }

  it('should lose everything with the plug, and come back at the same address with its clock', async ({
    skip,
  }) => {
    const server = await start(skip);
    const before = server.pid;
    const probe = await connect(server);
    await probe.ask('SET', 'key', 'value');
    await server.power!.kill();
    expect(await probe.call('PING')).toBeInstanceOf(Error);
    await expect(Probe.connect(server.endpoint)).rejects.toThrow(/ECONNREFUSED|ENOENT/);
    if (server.clockFile !== undefined) writeClock(server.clockFile, CLOCK_START_US + 7_000_000n);
    await server.power!.start();
    const again = await connect(server);
    expect(await again.ask('GET', 'key')).toBeNull();
    if (server.clockMode === 'shim') expect(await again.ask('TIME')).toEqual(['1767225607', '0']);
    if (redis === 'process') expect(server.pid).not.toBe(before);
    await server.stop();
    await expect(Probe.connect(server.endpoint)).rejects.toThrow();
  });

  it('should come back from one power cut after the other', async ({ skip }) => {
    const server = await start(skip);
    for (let cut = 1; cut <= 10; cut++) {
      const probe = await connect(server);
      expect(await probe.ask('GET', 'key')).toBeNull();
      await probe.ask('SET', 'key', cut);
      await server.power!.kill();
      await server.power!.kill();
      await expect(Probe.connect(server.endpoint)).rejects.toThrow(/ECONNREFUSED|ENOENT/);
      await server.power!.start();
      expect(server.power!.restarts).toBe(cut);
    }
  });

  it('should find what was saved', async ({ skip }) => {
    const server = await start(skip);
    const probe = await connect(server);
    await probe.ask('SET', 'key', 'value');
    await probe.ask('SAVE');
    await server.power!.kill();
    await server.power!.start();
    expect(await (await connect(server)).ask('GET', 'key')).toBe('value');
  });

  it('should answer what it was asked while it stood still, and not before', async ({ skip }) => {
    const server = await start(skip);
    const probe = await connect(server);
    await server.power!.pause();
    const reply = probe.call('PING');
    expect(await within(300, reply)).toBeUndefined();
    await server.power!.resume();
    expect(await reply).toBe('PONG');
  });

  it('should be stopped although it stands still', async ({ skip }) => {
    const server = await start(skip);
    await server.power!.pause();
    await server.stop();
    await expect(Probe.connect(server.endpoint)).rejects.toThrow();
  });
});

it('should not exist over a server that somebody else started', async () => {
  const own = await startServer({ redis: 'process', args: ['--port', '0'] });
  servers.push(own);
  const probe = await connect(own);
  const port = await freePort();
  await probe.ask('CONFIG', 'SET', 'port', port);
  const borrowed = await startServer({ redis: `redis://127.0.0.1:${port}` });
  servers.push(borrowed);
  expect(borrowed.power).toBeUndefined();
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
