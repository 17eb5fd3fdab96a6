import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { findBinary } from './binary.js';
import { CLOCK_START_US, writeClock } from './clock-file.js';
import { sharedServer, startServer, type RedisServer, type StartServerOptions } from './index.js';
import { settingsOf } from './place.js';
import { Probe } from './probe.js';
import { processStat } from './process-stat.js';
import { sleep } from './sleep.js';

const servers: RedisServer[] = [];
const probes: Probe[] = [];

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const probe of probes.splice(0)) probe.close();
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function start(options: StartServerOptions = {}): Promise<{ server: RedisServer; probe: Probe }> {
  const server = await startServer({ redis: 'process', ...options });
  servers.push(server);
  const probe = await Probe.connect(server.endpoint);
  probes.push(probe);
  return { server, probe };
}

/** User and system time that a process has taken so far, in ticks of 10 ms (proc(5), fields 14 and 15). */
function cpuTicks(pid: number): number {
  const [user, system] = processStat(pid).slice(11, 13);
  return Number(user) + Number(system);
}

describe('a server process', () => {
  it('answers, says who it is, keeps nothing and lets itself be poked at', async () => {
    const { server, probe } = await start();
    expect(server.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(['redis', 'valkey']).toContain(server.product);
    expect(['process', 'download']).toContain(server.source);
    expect(server.description).toContain('server');
    expect(await probe.ask('SET', 'key', 'välue')).toBe('OK');
    expect(await probe.ask('GET', 'key')).toBe('välue');
    expect(await probe.ask('CONFIG', 'GET', 'save')).toEqual(['save', '']);
    expect(await probe.ask('CONFIG', 'GET', 'appendonly')).toEqual(['appendonly', 'no']);
    expect(await probe.ask('CONFIG', 'GET', 'port')).toEqual(['port', '0']);
    expect(await probe.ask('DEBUG', 'SLEEP', '0')).toBe('OK');
  });

  it('is gone with its directory after stop(), which may be called again', async () => {
    const { server } = await start();
    const folder = dirname((server.endpoint as { path: string }).path);
    expect(existsSync(folder)).toBe(true);
    await server.stop();
    await server.stop();
    expect(existsSync(folder)).toBe(false);
    expect(() => process.kill(server.pid!, 0)).toThrow('ESRCH');
  });

  it('stops although a fault has halted it', async () => {
    const { server } = await start();
    process.kill(server.pid!, 'SIGSTOP');
    await server.stop();
    expect(() => process.kill(server.pid!, 0)).toThrow('ESRCH');
  });

  it('starts quickly', async () => {
    await start();
    const began = performance.now();
    await start();
    expect(performance.now() - began).toBeLessThan(500);
  });

  it('takes more arguments, which win', async () => {
    const { probe } = await start({ args: ['--maxclients', '7'] });
    expect(await probe.ask('CONFIG', 'GET', 'maxclients')).toEqual(['maxclients', '7']);
  });

  it('says what the server complained about when it does not start', async () => {
    await expect(startServer({ redis: 'process', args: ['--no-such-setting', '1'] })).rejects.toMatchObject({
      name: 'ServerError',
      code: 'start-failed',
      message: expect.stringMatching(/ended with code 1 at start: .*no-such-setting/),
    });
  });

  it.each(['/nonexistent', '/proc'])('does not start without a folder of its own, at %s', async (place) => {
    vi.stubEnv('TMPDIR', place);
    const failure = await startServer({ redis: 'process' }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'ServerError', code: 'no-folder' });
    expect((failure as Error).message).toMatch(
      /^a folder for the server cannot be made at \/(nonexistent|proc)\/race-lab-\w+: E\w+: .*\. Make room there, or set TMPDIR to another folder$/,
    );
  });

  it('is one per process when shared, until it is stopped', async () => {
    const [first, second] = await Promise.all([
      sharedServer({ redis: 'process' }),
      sharedServer({ redis: 'process' }),
    ]);
    expect(second).toBe(first);
    await first.stop();
    const third = await sharedServer({ redis: 'process' });
    servers.push(third);
    expect(third.pid).not.toBe(first.pid);
  });

  it('that could not be started is tried again when shared', async () => {
    await expect(sharedServer({ redis: 'process', binary: '/nonexistent' })).rejects.toMatchObject({
      code: 'bad-request',
    });
    const server = await sharedServer({ redis: 'process' });
    servers.push(server);
    expect(server.version).not.toBe('');
  });
});

describe('the binary', () => {
  const folder = mkdtempSync(join(tmpdir(), 'race-lab-test-'));
  const script = (name: string, text: string): string => {
    mkdirSync(folder, { recursive: true });
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
    return path;
  };
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('may be named, and a name that is not a server is refused', async () => {
    await expect(findBinary('/nonexistent/redis', () => {})).rejects.toMatchObject({ code: 'bad-request' });
    await expect(findBinary(script('liar', 'echo hello'), () => {})).rejects.toThrow('not a Redis server');
    await expect(findBinary(script('broken', 'echo >&2 cannot load; exit 127'), () => {})).rejects.toThrow(
      'does not run',
    );
    await expect(
      findBinary(script('fake', 'echo Valkey server v=8.1.3 sha=0'), () => {}),
    ).resolves.toMatchObject({
      version: '8.1.3',
      source: 'process',
    });
  });

  it('gets the settings that its version knows, since it does not start with others', () => {
    expect(settingsOf('5.0.14')).toEqual({});
    expect(settingsOf('6.2.14')).toEqual({ 'jemalloc-bg-thread': 'no' });
    const all = {
      'jemalloc-bg-thread': 'no',
      'enable-debug-command': 'yes',
      'enable-protected-configs': 'yes',
    };
    expect(settingsOf('7.0.0')).toEqual(all);
    expect(settingsOf('10.1.0')).toEqual(all);
  });
});

describe('the clock', () => {
  it('is not touched when the real one is wanted', async () => {
    const { server, probe } = await start({ clock: 'real' });
    expect(server).toMatchObject({ clockMode: 'real', clockReason: expect.stringContaining('asked for') });
    expect(server.clockFile).toBeUndefined();
    const [seconds] = (await probe.ask('TIME')) as string[];
    expect(Math.abs(Number(seconds) - Date.now() / 1000)).toBeLessThan(5);
  });

  it('is left to TTL shifting when that is wanted', async () => {
    const { server } = await start({ clock: 'ttl-shift' });
    expect(server.clockMode).toBe('ttl-shift');
  });

  it('is a file or a reason by default', async () => {
    const { server } = await start();
    if (server.clockMode === 'shim') expect(existsSync(server.clockFile!)).toBe(true);
    else expect(server.clockReason).not.toBe('');
  });

  describe('that is frozen', () => {
    const frozen = async (): Promise<{ clockFile: string; probe: Probe; second: Probe }> => {
      const { server, probe } = await start({ clock: 'shim' });
      const second = await Probe.connect(server.endpoint);
      probes.push(second);
      return { clockFile: server.clockFile!, probe, second };
    };
    const after = (ms: number): bigint => CLOCK_START_US + BigInt(ms) * 1000n;

    it('stands at the start of 2026 while real time passes', async () => {
      const { probe } = await frozen();
      await probe.ask('SET', 'key', '1', 'PX', '1000');
      await sleep(30);
      expect(await probe.ask('TIME')).toEqual(['1767225600', '0']);
      expect(await probe.ask('PTTL', 'key')).toBe(1000);
    });

    it.runIf(process.platform === 'linux')('leaves no thread of the server spinning', async () => {
      const { server } = await start({ clock: 'shim' });
      const before = cpuTicks(server.pid!);
      await sleep(500);
      // A thread that spins takes 50 ticks of 10 ms, on a busy machine fewer; the server's own cron takes one or none.
      expect(cpuTicks(server.pid!) - before).toBeLessThan(10);
    });

    it('ends a TTL exactly when it is moved past it, and can go back', async () => {
      const { clockFile, probe } = await frozen();
      await probe.ask('DEBUG', 'SET-ACTIVE-EXPIRE', '0');
      await probe.ask('SET', 'key', '1', 'PX', '10000');
      writeClock(clockFile, after(4_000));
      expect(await probe.ask('PTTL', 'key')).toBe(6_000);
      writeClock(clockFile, after(0));
      expect(await probe.ask('PTTL', 'key')).toBe(10_000);
      writeClock(clockFile, after(10_000));
      expect(await probe.ask('EXISTS', 'key')).toBe(1);
      writeClock(clockFile, after(10_001));
      expect(await probe.ask('EXISTS', 'key')).toBe(0);
    });

    it('holds a blocking command until it is moved', async () => {
      const { clockFile, probe, second } = await frozen();
      let answered = false;
      const blocked = probe.ask('BLPOP', 'list', '1').then((reply) => {
        answered = true;
        return reply;
      });
      await sleep(1_300);
      expect(answered).toBe(false);
      writeClock(clockFile, after(1_100));
      await second.ask('PING');
      expect(await blocked).toBeNull();
    });

    it('runs on when it is released', async () => {
      const { clockFile, probe } = await frozen();
      writeClock(clockFile, 0n);
      const [seconds] = (await probe.ask('TIME')) as string[];
      expect(Math.abs(Number(seconds) - Date.now() / 1000)).toBeLessThan(5);
    });
  });
});
