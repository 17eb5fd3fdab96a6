import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { processStat } from './machine/process-stat.js';
import { sleep } from './machine/sleep.js';
import type { Probe } from './probe/probe.js';
import { CLOCK_START_US, writeClock } from './shim/clock-file.js';
import { started } from './testing/started.js';

const { start, connect } = started({ redis: 'process' });

/** User and system time that a process has taken so far, in ticks of 10 ms (proc(5), fields 14 and 15). */
function cpuTicks(pid: number): number {
  const [user, system] = processStat(pid).slice(11, 13);
  return Number(user) + Number(system);
}

describe('the clock', () => {
  test('should not be touched when the real one is wanted', async () => {
    const { server, probe } = await start({ clock: 'real' });
    expect(server).toMatchObject({ clockMode: 'real', clockReason: expect.stringContaining('asked for') });
    expect(server.clockFile).toBeUndefined();
    const [seconds] = (await probe.ask('TIME')) as string[];
    expect(Math.abs(Number(seconds) - Date.now() / 1000)).toBeLessThan(5);
  });

  test('should be left to TTL shifting when that is wanted', async () => {
    const { server } = await start({ clock: 'ttl-shift' });
    expect(server.clockMode).toBe('ttl-shift');
  });

  test('should be a file or a reason by default', async () => {
    const { server } = await start();
    if (server.clockMode === 'shim') expect(existsSync(server.clockFile!)).toBe(true);
    else expect(server.clockReason).not.toBe('');
  });

  describe('that is frozen', () => {
    const frozen = async (): Promise<{ clockFile: string; probe: Probe; second: Probe }> => {
      const { server, probe } = await start({ clock: 'shim' });
      const second = await connect(server);
      return { clockFile: server.clockFile!, probe, second };
    };
    const after = (ms: number): bigint => CLOCK_START_US + BigInt(ms) * 1000n;

    test('should stand at the start of 2026 while real time passes', async () => {
      const { probe } = await frozen();
      await probe.ask('SET', 'key', '1', 'PX', '1000');
      await sleep(30);
      expect(await probe.ask('TIME')).toEqual(['1767225600', '0']);
      expect(await probe.ask('PTTL', 'key')).toBe(1000);
    });

    test.runIf(process.platform === 'linux')('should leave no thread of the server spinning', async () => {
      const { server } = await start({ clock: 'shim' });
      const before = cpuTicks(server.pid!);
      await sleep(500);
      // A thread that spins takes 50 ticks of 10 ms, on a busy machine fewer; the server's own cron takes one or none.
      expect(cpuTicks(server.pid!) - before).toBeLessThan(10);
    });

    test('should end a TTL exactly when it is moved past it, and go back', async () => {
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

    test('should hold a blocking command until it is moved', async () => {
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

    test('should run on when it is released', async () => {
      const { clockFile, probe } = await frozen();
      writeClock(clockFile, 0n);
      const [seconds] = (await probe.ask('TIME')) as string[];
      expect(Math.abs(Number(seconds) - Date.now() / 1000)).toBeLessThan(5);
    });
  });
});
