import * as nodeCrypto from 'node:crypto';
import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Flow, runInFlow } from '../base/flow.js';
import { installGlobals, real } from './globals.js';
import { Prng } from '../base/prng.js';
import { EPOCH_MS, VirtualTime } from './virtual-time.js';

let uninstall: () => void;
beforeEach(() => {
  uninstall = installGlobals();
});
afterEach(() => uninstall());

function newFlow(
  seed = 1,
  time = new VirtualTime(),
): Flow & { readonly time: VirtualTime; readonly errors: unknown[] } {
  const errors: unknown[] = [];
  const flow = new Flow(1, 'w1', new Prng(seed, 1), time, 'virtual', (error) => errors.push(error));
  return Object.assign(flow, { time, errors });
}

/** Fires the next timer of the flow. @returns elapsed virtual time */
function fireNext(flow: Pick<ReturnType<typeof newFlow>, 'time'>): number {
  const [timer] = flow.time.next();
  flow.time.advanceTo(timer!);
  flow.time.fire(timer!);
  return flow.time.elapsedMs();
}

describe('in a flow', () => {
  test('time should stand still, whatever way it is read', () => {
    runInFlow(newFlow(), () => {
      expect(Date.now()).toBe(EPOCH_MS);
      expect(new Date().toISOString()).toBe('2026-01-01T00:00:00.000Z');
      expect(new Date()).toBeInstanceOf(Date);
      expect(Date()).toBe(new real.Date(EPOCH_MS).toString());
      expect(new Date(0).getTime()).toBe(0);
      expect(performance.now()).toBe(0);
      expect(process.hrtime()).toEqual([0, 0]);
      expect(process.hrtime.bigint()).toBe(0n);
    });
  });

  test('timers should fire in due order and move the clock', () => {
    const flow = newFlow();
    const fired: string[] = [];
    runInFlow(flow, () => {
      setTimeout((name: string) => fired.push(name), 20, 'late');
      setTimeout(() => fired.push('early'), 10);
      clearTimeout(setTimeout(() => fired.push('never'), 5));
    });
    expect([fireNext(flow), fireNext(flow)]).toEqual([10, 20]);
    expect(fired).toEqual(['early', 'late']);
    expect(flow.time.next()).toEqual([]);
  });

  test('an overdue timer should not move the clock, and each flow has its own next timer', () => {
    const time = new VirtualTime();
    const [one, two] = [newFlow(1, time), newFlow(2, time)];
    runInFlow(one, () => setTimeout(() => {}, 10));
    runInFlow(two, () => setTimeout(() => {}, 50));
    const [first, second] = time.next();
    expect([first!.flow, second!.flow]).toEqual([one, two]);
    expect(time.advanceTo(second!)).toBe(50);
    time.fire(second!);
    expect(time.advanceTo(first!)).toBe(0);
  });

  test('intervals, refresh and zero delays should be as in Node', () => {
    const flow = newFlow();
    let ticks = 0;
    const handle = runInFlow(flow, () => setInterval(() => (ticks += 1), 10));
    expect([fireNext(flow), fireNext(flow), ticks]).toEqual([10, 20, 2]);
    runInFlow(flow, () => clearInterval(handle));
    const timer = runInFlow(flow, () => setTimeout(() => {}, 30));
    timer.refresh();
    expect(flow.time.next()[0]!.dueMs - EPOCH_MS).toBe(50);
    runInFlow(flow, () => setTimeout(() => {}, 0));
    expect(flow.time.next()[0]!.delayMs).toBe(1);
  });

  test('promised timers and abort timeouts should be virtual', async () => {
    const flow = newFlow();
    const done: string[] = [];
    const signal = runInFlow(flow, () => {
      void wait(10, 'waited').then((value) => done.push(value));
      void promisify(setTimeout)(20).then(() => done.push('promisified'));
      return AbortSignal.timeout(30);
    });
    fireNext(flow);
    fireNext(flow);
    expect(signal.aborted).toBe(false);
    fireNext(flow);
    expect((signal.reason as Error).name).toBe('TimeoutError');
    await Promise.resolve();
    expect(done).toEqual(['waited', 'promisified']);
  });

  test('what a timer throws should be an uncaught error of its flow', () => {
    const flow = newFlow();
    runInFlow(flow, () =>
      setTimeout(() => {
        throw new Error('boom');
      }, 1),
    );
    fireNext(flow);
    expect(flow.errors).toEqual([new Error('boom')]);
  });

  test('immediates should wait for the lab', () => {
    const flow = newFlow();
    let ran = 0;
    const cleared = runInFlow(flow, () => {
      setImmediate(() => (ran += 1));
      return setImmediate(() => (ran += 100));
    });
    runInFlow(flow, () => clearImmediate(cleared));
    expect(ran).toBe(0);
    for (const run of flow.immediates) run();
    expect(ran).toBe(1);
  });

  test('random numbers should come from the seed, also through named imports', () => {
    const draw = (): unknown[] =>
      runInFlow(newFlow(7), () => [
        Math.random(),
        randomUUID(),
        crypto.randomUUID(),
        randomBytes(4).toString('hex'),
        randomInt(10, 20),
        crypto.getRandomValues(new Uint8Array(3)).join(),
      ]);
    expect(draw()).toEqual(draw());
    expect(draw()[1]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

describe('outside of a flow', () => {
  test('everything should be real', async () => {
    const before = real.Date.now();
    const now = [Date.now(), new Date().getTime()];
    const after = real.Date.now();
    for (const one of now) {
      expect(one).toBeGreaterThanOrEqual(before);
      expect(one).toBeLessThanOrEqual(after);
    }
    await wait(1);
    await new Promise((resolve) => setTimeout(resolve, 1));
    await new Promise((resolve) => setImmediate(resolve));
    expect(randomUUID()).not.toBe(randomUUID());
    const [one, two] = [Math.random(), Math.random()];
    expect(one).not.toBe(two);
  });

  test('a timer of a flow should be cleared from anywhere, as any timer', () => {
    const flow = newFlow();
    const handle = runInFlow(flow, () => setTimeout(() => {}, 1));
    clearTimeout(handle);
    expect(flow.time.size).toBe(0);
  });
});

describe('references that a module keeps when it is loaded', () => {
  // The lab is loaded, and nothing is explored yet.
  const kept = {
    uuid: crypto.randomUUID,
    nodeUuid: nodeCrypto.randomUUID,
    bytes: nodeCrypto.randomBytes,
    random: Math.random,
    date: Date.now,
    now: performance.now.bind(performance),
    hrtime: process.hrtime,
    uptime: process.uptime,
    later: setTimeout,
  };

  test("should be the lab's in a flow", () => {
    const values = (): unknown[] =>
      runInFlow(newFlow(), () => [
        kept.uuid.call(crypto),
        kept.nodeUuid(),
        kept.bytes(8).toString('hex'),
        kept.random(),
        kept.date(),
        kept.now(),
        kept.hrtime(),
        kept.uptime(),
        performance.timeOrigin,
      ]);
    expect(values()).toEqual(values());
    expect(values().slice(4)).toEqual([EPOCH_MS, 0, [0, 0], 0, EPOCH_MS]);
    const flow = newFlow();
    runInFlow(flow, () => kept.later(() => {}, 10));
    expect(fireNext(flow)).toBe(10);
  });

  test('should be real elsewhere', () => {
    expect(kept.uuid.call(crypto)).not.toBe(kept.uuid.call(crypto));
    expect(Math.abs(kept.date() - real.Date.now())).toBeLessThan(60_000);
    expect(kept.uptime()).toBeGreaterThan(0);
    expect(performance.timeOrigin).toBeLessThanOrEqual(real.Date.now());
  });
});

test('uninstalling should leave what others have put in place meanwhile', () => {
  uninstall();
  const others = (): number => 7;
  const mine = Math.random;
  Math.random = others;
  const again = installGlobals();
  expect(runInFlow(newFlow(), () => Math.random())).not.toBe(7);
  expect(Math.random()).toBe(7);
  again();
  expect(Math.random).toBe(others);
  Math.random = mine;
});
