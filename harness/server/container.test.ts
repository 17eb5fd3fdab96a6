import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeClock, CLOCK_START_US } from './clock-file.js';
import { askEngine, findEngine, type Engine } from './engine.js';
import { startServer, type RedisServer, type StartServerOptions } from './index.js';
import { Probe } from './probe.js';
import { findShim } from './shim.js';

const servers: RedisServer[] = [];
let engine: Engine | undefined;

beforeEach(async ({ skip }) => {
  let reason = '';
  engine = await findEngine().catch((error: Error) => {
    reason = error.message;
    return undefined;
  });
  // With this variable set the tests fail instead, so that a machine meant to have an engine cannot skip in silence.
  skip(!engine && process.env['RACE_LAB_REQUIRE_CONTAINERS'] !== '1', reason);
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function start(options: StartServerOptions = {}): Promise<{ server: RedisServer; probe: Probe }> {
  const server = await startServer({ redis: 'container', ...options });
  servers.push(server);
  return { server, probe: await Probe.connect(server.endpoint) };
}

async function ownContainers(): Promise<unknown[]> {
  const filters = encodeURIComponent(JSON.stringify({ name: [`race-lab-${process.pid}-`] }));
  const { body } = await askEngine(engine!, 'GET', `/containers/json?all=1&filters=${filters}`, 5_000);
  return JSON.parse(body) as unknown[];
}

describe('a server in a container', { timeout: 120_000 }, () => {
  it('answers over a unix socket where the engine runs on this kernel, without any network', async () => {
    const { server, probe } = await start();
    expect(server).toMatchObject({
      source: 'container',
      description: expect.stringContaining('container of '),
    });
    expect(await probe.ask('SET', 'key', 'value')).toBe('OK');
    expect(await probe.ask('DEBUG', 'SLEEP', '0')).toBe('OK');
    expect(await probe.ask('CONFIG', 'GET', 'save')).toEqual(['save', '']);
    probe.close();
    if (!('path' in server.endpoint)) return;
    expect(await ownContainers()).toMatchObject([{ HostConfig: { NetworkMode: 'none' }, Ports: [] }]);
  });

  it('is gone after stop(), which may be called again', async () => {
    const { server, probe } = await start();
    probe.close();
    expect(await ownContainers()).toHaveLength(1);
    await server.stop();
    await server.stop();
    expect(await ownContainers()).toEqual([]);
    if ('path' in server.endpoint) expect(existsSync(dirname(dirname(server.endpoint.path)))).toBe(false);
  });

  it('has a frozen clock where the library can be built and shared', async ({ skip }) => {
    const shim = await findShim();
    skip(shim.library === undefined, shim.library === undefined ? shim.reason : '');
    const { server, probe } = await start();
    skip(server.clockMode !== 'shim', server.clockReason);
    await probe.ask('SET', 'key', '1', 'PX', '5000');
    writeClock(server.clockFile!, CLOCK_START_US + 5_001_000n);
    expect(await probe.ask('GET', 'key')).toBeNull();
    probe.close();
  });

  it('says what the server complained about when it does not start, and leaves nothing', async () => {
    await expect(startServer({ redis: 'container', args: ['--no-such-setting', '1'] })).rejects.toMatchObject(
      {
        code: 'start-failed',
        message: expect.stringContaining('no-such-setting'),
      },
    );
    expect(await ownContainers()).toEqual([]);
  });

  it('is refused in words when the image has an impossible name', async () => {
    await expect(startServer({ redis: 'container', image: 'Not An Image' })).rejects.toMatchObject({
      name: 'ServerError',
    });
  });

  it('is preferred by `auto`', async () => {
    const { server, probe } = await start({ redis: 'auto' });
    probe.close();
    expect(server.source).toBe('container');
  });

  it('publishes a port on loopback when the engine is behind TCP', async ({ skip }) => {
    const path = 'socketPath' in engine!.options ? engine!.options.socketPath : '';
    skip(path === '', 'the engine is behind TCP anyway');
    const proxy = createServer((near) => {
      const far = connect({ path });
      near.pipe(far).pipe(near);
      near.on('error', () => far.destroy());
      far.on('error', () => near.destroy());
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => proxy.once('listening', resolve));
    const { port } = proxy.address() as AddressInfo;
    // In a process of its own, since testcontainers keeps the first engine it finds.
    const script = `
      import { startServer } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)};
      const { stop, ...server } = await startServer({ redis: 'container' });
      console.log(JSON.stringify(server));`;
    const args = ['--import', 'tsx', '--input-type=module', '-e', script];
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      env: { ...process.env, DOCKER_HOST: `tcp://127.0.0.1:${port}` },
    });
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
