import { describe, expect, test, type TestContext } from 'vitest';
import { startServer, type RedisServer } from './index.js';
import { within } from './machine/sleep.js';
import { Probe } from './probe/probe.js';
import { CLOCK_START_US, writeClock } from './shim/clock-file.js';
import { engineOrSkip } from './testing/containers.js';
import { freePort } from './testing/free-port.js';
import { started } from './testing/started.js';

const { start: startKept, connect, keep } = started({});

describe.each(['process', 'container'] as const)('power over a %s', { timeout: 120_000 }, (redis) => {
  async function start(skip: TestContext['skip']): Promise<RedisServer> {
    if (redis === 'container') await engineOrSkip(skip);
    const { server } = await startKept({ redis });
    skip(server.power === undefined, 'a container that is reached at an address of its own has none');
    return server;
  }

  test('should lose everything with the plug, and come back at the same address with its clock', async ({
    skip,
  }) => {
    const server = await start(skip);
    const before = server.pid;
    const probe = await connect(server);
    await probe.ask('SET', 'key', 'value');
    await server.power!.kill();
    expect(await probe.call('PING')).toBeInstanceOf(Error);
    await expect(Probe.connect(server.endpoint)).rejects.toThrow(/ECONNREFUSED|ENOENT/);
    expect(await server.ended!()).toContain('SIGKILL');
    if (server.clockFile !== undefined) writeClock(server.clockFile, CLOCK_START_US + 7_000_000n);
    await server.power!.start();
    expect(await server.ended!()).toBeUndefined();
    const again = await connect(server);
    expect(await again.ask('GET', 'key')).toBeNull();
    if (server.clockMode === 'shim') expect(await again.ask('TIME')).toEqual(['1767225607', '0']);
    if (redis === 'process') expect(server.pid).not.toBe(before);
    await server.stop();
    await expect(Probe.connect(server.endpoint)).rejects.toThrow();
  });

  test('should come back from one power cut after the other', async ({ skip }) => {
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

  test('should find what was saved', async ({ skip }) => {
    const server = await start(skip);
    const probe = await connect(server);
    await probe.ask('SET', 'key', 'value');
    await probe.ask('SAVE');
    await server.power!.kill();
    await server.power!.start();
    expect(await (await connect(server)).ask('GET', 'key')).toBe('value');
  });

  test('should answer what it was asked while it stood still, and not before', async ({ skip }) => {
    const server = await start(skip);
    const probe = await connect(server);
    await server.power!.pause();
    const reply = probe.call('PING');
    expect(await within(300, reply)).toBeUndefined();
    await server.power!.resume();
    expect(await reply).toBe('PONG');
  });

  test('should be stopped although it stands still', async ({ skip }) => {
    const server = await start(skip);
    await server.power!.pause();
    await server.stop();
    await expect(Probe.connect(server.endpoint)).rejects.toThrow();
  });
});

test('should not exist over a server that somebody else started', async () => {
  const { probe } = await startKept({ redis: 'process', args: ['--port', '0'] });
  const port = await freePort();
  await probe.ask('CONFIG', 'SET', 'port', port);
  const borrowed = keep(await startServer({ redis: `redis://127.0.0.1:${port}` }));
  expect(borrowed.power).toBeUndefined();
});
