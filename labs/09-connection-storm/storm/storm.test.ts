/** The storm on a real server. What is asserted is the mechanism: how fast anything goes decides nothing. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { startServer } from '../../../harness/server/index.js';
import { compiled } from '../../../harness/server/testing/compiled.js';
import { failuresOf } from '../timeline/attempt.js';
import { diagnose } from '../timeline/diagnose.js';
import { parseCounters, parseQueue, readCounters, readQueue } from './kernel.js';
import { connectionsOf, stormOf } from './options.js';
import { measureShrinking } from './shrink-cost.js';
import { fittingStorm, startStorm } from './start-storm.js';
import { mostAtOnce, summarise } from './summary.js';

/** As it runs where it is installed: tests have no loader for TypeScript in other processes. */
const SCRIPT = compiled('labs/09-connection-storm/storm/storm-process.ts');
const never = new AbortController().signal;
const isLinux = process.platform === 'linux';

describe('what Linux tells', () => {
  test('the counters stand below their names', () => {
    const text = [
      'TcpExt: SyncookiesSent ListenOverflows ListenDrops TCPTimeouts',
      'TcpExt: 1 712 713 4',
      'IpExt: InNoRoutes ListenOverflows',
      'IpExt: 5 6',
    ].join('\n');
    expect(parseCounters(text)).toEqual({ overflows: 712, drops: 713 });
    expect(parseCounters('')).toBeUndefined();
    expect(parseCounters('TcpExt: A B\nTcpExt: 1 2')).toBeUndefined();
  });

  test('the length of a queue stands with its listening socket, and with no other one', () => {
    const text = [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt',
      '   0: 0100007F:18EB 00000000:0000 0A 00000000:00000007 00:00000000 00000000',
      '   1: 0100007F:18EC 00000000:0000 0A 00000000:00000101 00:00000000 00000000',
      '   2: 0100007F:18EC 0100007F:9C40 01 00000000:00000005 00:00000000 00000000',
    ].join('\n');
    expect(parseQueue(text, 0x18eb)).toBe(7);
    expect(parseQueue(text, 0x18ec)).toBe(0x101);
    expect(parseQueue(text, 0x9c40)).toBeUndefined();
  });
});

describe('the size of a storm', () => {
  test('is that of the story, times the scale', () => {
    expect(stormOf(1, { backlog: 511 })).toMatchObject({
      ratePerSecond: 2000,
      steady: [3500, 4100],
      backlog: 511,
      stallMs: 1430,
      poolSize: 0,
    });
    expect(stormOf(0.2, { backlog: 2048, poolSize: 200 })).toMatchObject({
      ratePerSecond: 400,
      steady: [700, 820],
      backlog: 410,
      stallMs: 1430,
      poolSize: 40,
    });
    expect(() => stormOf(0, { backlog: 1 })).toThrow('scale must be above 0');
  });

  test('is made smaller where fewer files may be open, and says so', () => {
    expect(fittingStorm(1, { backlog: 511 }, 20_000).smaller).toBeUndefined();
    const { options, smaller } = fittingStorm(1, { backlog: 511 }, 1024);
    expect(connectionsOf(options)).toBeLessThanOrEqual(1024 - 200);
    expect(smaller).toMatch(
      /^scale 1: \d+ connections at the worst, and 1024 files may be open \(ulimit -n\): 0\.\d+ instead$/,
    );
    expect(() => fittingStorm(1, { backlog: 511 }, 200)).toThrow('only 200 files may be open');
  });
});

describe.runIf(isLinux)('a server that stands still, with a queue for two', () => {
  test('takes three connections; each of the others overflows, waits, and gets in when the server goes on', async () => {
    const port = await freePort();
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--tcp-backlog', '2'];
    const server = await startServer({ redis: 'process', args });
    const sockets: Socket[] = [];
    let connected = 0;
    let answered = 0;
    try {
      const before = readCounters()!;
      await server.power!.pause();
      for (let n = 0; n < 8; n++) {
        const socket = connect(port, '127.0.0.1', () => {
          connected += 1;
          socket.write('PING\r\n');
        });
        socket.on('data', () => (answered += 1)).on('error', () => {});
        sockets.push(socket);
      }
      // Others on this machine may count, too: at least as often as ours.
      await vi.waitUntil(() => connected === 3 && readCounters()!.overflows >= before.overflows + 5, {
        timeout: 20_000,
      });
      expect(readQueue(port)).toBe(3);
      expect({ connected, answered }).toEqual({ connected: 3, answered: 0 });
      await server.power!.resume();
      // Their kernel asks again by itself.
      await vi.waitUntil(() => answered === 8, { timeout: 20_000 });
      expect(readQueue(port)).toBe(0);
      expect(readCounters()!.drops).toBeGreaterThanOrEqual(before.drops + 5);
    } finally {
      for (const socket of sockets) socket.destroy();
      await server.stop();
    }
  });
});

describe.runIf(isLinux)('a small storm', () => {
  test.each(['debug-sleep', 'sigstop'] as const)(
    'with %s is measured, and found by the clients alone',
    async (stallBy) => {
      const options = stormOf(0.03, { backlog: 511, stallBy });
      const storm = await startStorm(options, never, { script: SCRIPT });
      expect(storm.options).toEqual(options);
      expect(storm.attempts.length).toBeGreaterThan(50);
      // No clock of ours: the server itself slept, or was kept from running, for so long.
      const stalled = storm.stall.until - storm.stall.from;
      expect(stalled).toBeGreaterThanOrEqual(1425);
      // More than fits never waits, whoever comes.
      for (const [, waiting] of storm.queue) expect(waiting).toBeLessThanOrEqual(options.backlog + 1);
      for (const { at, connected = at, replied, failed } of storm.attempts) {
        expect(connected).toBeGreaterThanOrEqual(at);
        if (replied !== undefined) expect(replied).toBeGreaterThanOrEqual(connected);
        expect(replied === undefined || failed === undefined).toBe(true);
      }
      for (const kind of failuresOf(storm.attempts).keys())
        expect(['connect timeout', 'reply timeout', 'ECONNRESET']).toContain(kind);
      const found = diagnose(storm.attempts);
      // A process that could not run itself for so long can tell nothing.
      if (storm.heldUpMs < 400) {
        expect(found).toBeDefined();
        expect(found!.from).toBeLessThan(storm.stall.until);
        expect(found!.until).toBeGreaterThan(storm.stall.from);
        expect(found!.until - found!.from).toBeGreaterThan(stalled - 2 * storm.heldUpMs - 100);
      }
      const { figures, summary, pictures } = summarise(storm, 'a small storm');
      expect(figures).toMatchObject({ requests: storm.attempts.length, backlog: 15, ratePerSecond: 60 });
      expect(summary).toContain(`of ${storm.attempts.length} requests failed`);
      expect(pictures!['timeline']).toContain('a small storm');
    },
  );

  test('runs without a network of its own, and says what is not its own then', async () => {
    const small = {
      ...stormOf(0.01, { backlog: 511, abortOnOverflow: true }),
      calmMs: 50,
      stallMs: 100,
      afterMs: 50,
    };
    const storm = await startStorm(small, never, { script: SCRIPT, isolate: false });
    expect(storm.missing).toEqual([
      expect.stringMatching(/^aborting on overflow: /),
      expect.stringMatching(/^counters are those of the whole machine/),
    ]);
    expect(storm.counters).toBeDefined();
  });

  test('that cannot be had says why, and one that breaks off ends', async () => {
    vi.stubEnv('RACE_LAB_REDIS_BINARY', '/nonexistent/redis-server');
    try {
      await expect(
        startStorm(stormOf(0.01, { backlog: 511 }), never, { script: SCRIPT }),
      ).rejects.toMatchObject({
        name: 'NotMeasurable',
        message: expect.stringContaining('/nonexistent/redis-server'),
      });
      await expect(measureShrinking(1, never)).rejects.toMatchObject({ name: 'NotMeasurable' });
    } finally {
      vi.unstubAllEnvs();
    }
    await expect(
      startStorm(stormOf(0.01, { backlog: 511 }), AbortSignal.abort(), { script: SCRIPT }),
    ).rejects.toThrow('abort');
  });
});

test('idle clients lose their buffers, where this version gives them any', async () => {
  const cost = await measureShrinking(20, never);
  expect(cost.shrunk).toBeLessThanOrEqual(20);
  expect(cost.server).toMatch(/^(redis|valkey) \d/);
  expect(cost.worstMs).toBeGreaterThan(0);
});

test('who had a connection already did not connect', () => {
  const attempts = [0, 10, 20, 60, 61].map((at) => ({ at, connected: at + 0.5 }));
  expect(mostAtOnce([...attempts, { at: 30, connected: 30 }])).toBe(3);
  expect(mostAtOnce([])).toBe(0);
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const listening = createServer().listen(0, '127.0.0.1', () => {
      const { port } = listening.address() as AddressInfo;
      listening.close(() => resolve(port));
    });
  });
}
