import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { writeClock, CLOCK_START_US } from '../shim/clock-file.js';
import type { Engine } from '../engine/engine.js';
import { startServer, type RedisServer } from '../index.js';
import { Probe } from '../probe/probe.js';
import { findShim } from '../shim/shim.js';
import { containersOf, engineBehindTcp, engineOrSkip } from '../testing/containers.js';
import { SERVER_ROOM, runScript } from '../testing/script.js';
import { started } from '../testing/started.js';

const { start } = started({ redis: 'container' });
const ownContainers = () => containersOf(process.pid);
let engine: Engine;

beforeEach(async ({ skip }) => {
  engine = await engineOrSkip(skip);
});

describe('a server in a container', { timeout: 120_000 }, () => {
  test('should answer over a unix socket where the engine runs on this kernel, without any network', async () => {
    const { server, probe } = await start();
    expect(server).toMatchObject({
      source: 'container',
      description: expect.stringContaining('container of '),
    });
    expect(await probe.ask('SET', 'key', 'value')).toBe('OK');
    expect(await probe.ask('DEBUG', 'SLEEP', '0')).toBe('OK');
    expect(await probe.ask('CONFIG', 'GET', 'save')).toEqual(['save', '']);
    if (!('path' in server.endpoint)) return;
    expect(await ownContainers()).toMatchObject([{ HostConfig: { NetworkMode: 'none' }, Ports: [] }]);
  });

  test('should be gone after stop(), which may be called again', async () => {
    const { server } = await start();
    expect(await ownContainers()).toHaveLength(1);
    await server.stop();
    await server.stop();
    expect(await ownContainers()).toEqual([]);
    if ('path' in server.endpoint) expect(existsSync(dirname(dirname(server.endpoint.path)))).toBe(false);
  });

  test('should have a frozen clock where the library can be built and shared', async ({ skip }) => {
    const shim = await findShim();
    skip(shim.library === undefined, shim.library === undefined ? shim.reason : '');
    const { server, probe } = await start();
    skip(server.clockMode !== 'shim', server.clockReason);
    await probe.ask('SET', 'key', '1', 'PX', '5000');
    writeClock(server.clockFile!, CLOCK_START_US + 5_001_000n);
    expect(await probe.ask('GET', 'key')).toBeNull();
  });

  test('should say what the server complained about when it does not start, and leave nothing', async () => {
    await expect(startServer({ redis: 'container', args: ['--no-such-setting', '1'] })).rejects.toMatchObject(
      {
        code: 'start-failed',
        message: expect.stringContaining('no-such-setting'),
      },
    );
    expect(await ownContainers()).toEqual([]);
  });

  test('should be refused in words when the image has an impossible name', async () => {
    await expect(startServer({ redis: 'container', image: 'Not An Image' })).rejects.toMatchObject({
      name: 'ServerError',
    });
  });

  test('should be preferred by `auto`', async () => {
    const { server } = await start({ redis: 'auto' });
    expect(server.source).toBe('container');
  });

  test('should publish a port on loopback when the engine is behind TCP', async ({ skip }) => {
    const path = 'socketPath' in engine.options ? engine.options.socketPath : '';
    skip(path === '', 'the engine is behind TCP anyway');
    const proxy = await engineBehindTcp(path);
    // In a process of its own, since testcontainers keeps the first engine it finds.
    const script = `
      import { startServer } from ${JSON.stringify(SERVER_ROOM)};
      const { stop, ...server } = await startServer({ redis: 'container' });
      console.log(JSON.stringify(server));`;
    const { stdout } = await runScript(script, { DOCKER_HOST: proxy.address });
    proxy.close();
    const server = JSON.parse(stdout) as RedisServer;
    expect(server).toMatchObject({
      source: 'container',
      endpoint: { host: expect.any(String), port: expect.any(Number) },
    });
    expect(server.clockReason).toBe('the clock file cannot be shared with this container');
    // The child did not call stop(): its container went with it.
    await expect(Probe.connect(server.endpoint)).rejects.toThrow();
  });
});
