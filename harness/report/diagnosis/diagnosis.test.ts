import { describe, expect, test } from 'vitest';
import { defined } from '../../base/defined.js';
import { diagnose } from './diagnosis.js';
import type { Pattern } from './pattern.js';
import type { RaceRecord, RecordStep } from '../../record/format.js';
import { readRecord } from '../../record/read.js';

function golden(name: string): Promise<RaceRecord> {
  return readRecord(new URL(`../../record/golden/${name}.json`, import.meta.url).pathname);
}

test.each<[string, Pattern, string]>([
  [
    'lost-update',
    'lost update',
    'Lost update on counter: w1 read 5 at step 1, w2 wrote 6 at step 3, and at step 4 w1 wrote 6',
  ],
  [
    'check-then-act',
    'check-then-act',
    'Check-then-act on lock:order-7: w1 (step 1) and w2 (step 2) both saw that it was not',
  ],
  [
    'oversell',
    'check-then-act',
    'Check-then-act on stock: w1 read 1 at step 1, w2 changed it to 0 at step 3',
  ],
  [
    'stale-cache',
    'stale fill',
    'Stale fill: w1 read Ann in db:user:1 at step 1, w2 wrote Bob there at step 2',
  ],
  [
    'two-holders',
    'two holders',
    'w1 took it at step 2, its lease of 1000 ms ran out while it was still at work, w2 took it at step 5',
  ],
  [
    'late-answer',
    'two holders',
    'w1 took it at step 1, its lease of 1000 ms ran out while it waited for the reply of step 1, w2 took it at step 4',
  ],
  ['foreign-release', 'foreign release', "then w1 deleted w2's lock (step 11)"],
  ['without-lock', 'went on without', 'Went on without the lock: w1 held lock:report since step 1'],
  ['two-files', 'foreign release', "then w1 deleted w2's lock (step 7)"],
  ['ghost-lock', 'ghost lock', 'w1 does not know that it holds lock'],
  ['ghost-lock-resend', 'ghost lock', "its client sent it again and was refused by w1's own lock (step 4)"],
  ['abandoned-lock', 'abandoned lock', 'w1 took lock at step 1 and crashed at step 2'],
  ['double-execution', 'double execution', 'INCR counter of w1 took effect twice (steps 1 and 4)'],
  ['shared-client', 'double execution', 'so its client sent the command again'],
  [
    'landed-twice',
    'double execution',
    'took effect twice (steps 2 and 5): it was still on its way when its connection was reset at step 1, and its client',
  ],
  ['late-command', 'late command', 'SET owner old of w1 took effect only at step'],
  ['starvation', 'starvation', 'Event loop starved: w1 spins after GET counter: nobody else gets a turn'],
  ['hang', 'hang', 'Hang: w1 waits for the reply of INCR (step 1)'],
  [
    'uncaught',
    'uncaught error',
    'Uncaught error: w1 ended with Error: Connection is closed, after "reset, command not sent"',
  ],
  [
    'unnamed',
    'unnamed',
    '"log in pairs" breaks when w1 and w2 interleave as below, with 1 preemption (before step 2)',
  ],
  ['unnamed-calm', 'unnamed', 'breaks even when nobody is interrupted and nothing fails'],
])('%s is recognised', async (name, pattern, part) => {
  const found = diagnose(await golden(name));
  expect(found.pattern).toBe(pattern);
  expect(found.sentence).toContain(part);
});

describe('claims nothing that the steps do not show', () => {
  type Short = [worker: number, command: string, reply: unknown, change?: [string | null, string | null]];

  /** A record with these steps; the change is of the key that is the first argument. */
  async function record(invariant: string, ...list: Short[]): Promise<RaceRecord> {
    const steps = list.map(([worker, command, reply, change], at): RecordStep => {
      const words = command.split(' ');
      const values = change && [{ key: words[1]!, before: change[0], after: change[1] }];
      return {
        n: at + 1,
        worker,
        kind: 'command',
        id: `w${worker}.${at + 1}`,
        command: words,
        reply,
        atMs: 0,
        ...defined({ values }),
      };
    });
    const base = await golden('lost-update');
    return { ...base, verdict: { ...base.verdict, invariant, observed: 'something else' }, steps };
  }

  test('one after the other is no lost update', async () => {
    const calm = await record(
      'custom',
      [1, 'GET c', '1', ['1', '1']],
      [1, 'SET c 2', 'OK', ['1', '2']],
      [2, 'GET c', '2', ['2', '2']],
      [2, 'SET c 3', 'OK', ['2', '3']],
    );
    expect(diagnose(calm).pattern).toBe('unnamed');
  });

  test('a write that was refused, or dropped with its transaction, overwrites nothing', async () => {
    const refused = await record(
      'custom',
      [1, 'GET c', '1', ['1', '1']],
      [2, 'SET c 2', 'OK', ['1', '2']],
      [1, 'SET c 2 NX', null, ['2', '2']],
    );
    expect(diagnose(refused).pattern).toBe('unnamed');
    const dropped = await record(
      'custom',
      [1, 'GET c', '1', ['1', '1']],
      [1, 'MULTI', 'OK'],
      [1, 'SET c 2', 'QUEUED'],
      [2, 'SET c 2', 'OK', ['1', '2']],
      [1, 'EXEC', null],
    );
    expect(diagnose(dropped).pattern).toBe('unnamed');
  });

  test('a queued write takes effect at its EXEC', async () => {
    const queued = await record(
      'custom',
      [1, 'GET c', '1', ['1', '1']],
      [1, 'MULTI', 'OK'],
      [1, 'SET c 2', 'QUEUED'],
      [2, 'SET c 2', 'OK', ['1', '2']],
      [1, 'EXEC', ['OK']],
    );
    expect(diagnose(queued).sentence).toContain('at step 5 w1 wrote 2 over it');
  });

  test('what else a transaction was told about the key is not its value', async () => {
    const told = await record(
      'no lost update',
      [1, 'MULTI', 'OK'],
      [1, 'GET c', 'QUEUED'],
      [1, 'TTL c', 'QUEUED'],
      [1, 'EXEC', ['5', -1]],
      [2, 'SET c 6', 'OK', ['5', '6']],
      [1, 'SET c 6', 'OK', ['6', '6']],
    );
    expect(diagnose(told).sentence).toContain('w1 read 5 at step 4');
  });

  test('who deleted what was not there removed nothing', async () => {
    const gone = await record(
      'custom',
      [1, 'GET c', null, [null, null]],
      [2, 'DEL c', 0, [null, null]],
      [1, 'SET c 1', 'OK', [null, '1']],
    );
    expect(diagnose(gone).pattern).toBe('unnamed');
  });

  test('a lock that was given back in between had one holder at a time', async () => {
    const handed = await record(
      'mutual exclusion',
      [1, 'SET lock a NX', 'OK', [null, 'a']],
      [1, 'DEL lock', 1, ['a', null]],
      [2, 'SET lock b NX', 'OK', [null, 'b']],
      [1, 'PING', 'PONG'],
    );
    expect(diagnose(handed).pattern).toBe('unnamed');
  });

  test('a lock that is deleted by somebody who never held it is not a lease that ran out', async () => {
    const broken = await record(
      'custom',
      [1, 'SET lock a NX', 'OK', [null, 'a']],
      [2, 'DEL lock', 1, ['a', null]],
    );
    expect(diagnose(broken).pattern).toBe('unnamed');
  });

  test('a SET NX that was refused did not find nothing, and one that asks for the old value and gets none has written', async () => {
    const taken = await record(
      'custom',
      [1, 'SET lock a NX', null, ['x', 'x']],
      [2, 'SET lock b', 'OK', ['x', 'b']],
      [1, 'SET lock a', 'OK', ['b', 'a']],
    );
    expect(diagnose(taken).sentence).toContain('w1 was refused by SET, since it was there, at step 1');
    const got = await record(
      'mutual exclusion',
      [1, 'SET lock a NX GET', null, [null, 'a']],
      [2, 'SET lock b NX GET', 'a', ['a', 'a']],
      [1, 'PING', 'PONG'],
    );
    expect(diagnose(got).pattern).toBe('unnamed');
  });

  test('what a command counts, or says of a key, is not its value', async () => {
    for (const [command, reply] of [
      ['EXISTS c', 1],
      ['STRLEN c', 3],
      ['TYPE c', 'string'],
      ['SETNX c 1', 0],
    ] as const) {
      const told = await record(
        'no lost update',
        [1, command, reply, ['abc', 'abc']],
        [2, 'SET c 6', 'OK', ['abc', '6']],
        [1, 'SET c 7', 'OK', ['6', '7']],
      );
      expect(diagnose(told).sentence).not.toMatch(/w1 (read|found)/);
    }
  });

  test('of several values the one of the key counts', async () => {
    const told = await record(
      'no lost update',
      [1, 'MGET a c', ['1', '5']],
      [1, 'GET c', '5', ['5', '5']],
      [2, 'SET c 6', 'OK', ['5', '6']],
      [1, 'SET c 6', 'OK', ['6', '6']],
    );
    const [first] = told.steps;
    const several = {
      ...first!,
      values: [
        { key: 'a', before: '1', after: '1' },
        { key: 'c', before: '5', after: '5' },
      ],
    };
    const steps = [several, ...told.steps.slice(2)];
    expect(diagnose({ ...told, steps }).sentence).toContain('w1 read 5 at step 1');
  });

  test('who renames a key writes nothing over it, and a condition that was not met changes nothing', async () => {
    const renamed = await record(
      'no lost update',
      [1, 'GET c', '5', ['5', '5']],
      [2, 'SET c 6', 'OK', ['5', '6']],
      [1, 'RENAME c d', 'OK', ['6', null]],
    );
    expect(diagnose(renamed).sentence).not.toContain('Lost update');
    const refused = await record(
      'no lost update',
      [1, 'GET c', null, [null, null]],
      [2, 'SET c 6 XX', null, [null, null]],
      [1, 'SET c 7', 'OK', [null, '7']],
    );
    expect(diagnose(refused).sentence).not.toContain('Lost update');
  });

  test('transactions of one worker on two connections are two', async () => {
    const two = await record(
      'no lost update',
      [1, 'GET c', '5', ['5', '5']],
      [1, 'MULTI', 'OK'],
      [1, 'MULTI', 'OK'],
      [1, 'SET c 6', 'QUEUED'],
      [2, 'SET c 6', 'OK', ['5', '6']],
      [1, 'EXEC', []],
      [1, 'EXEC', ['OK']],
    );
    const steps = two.steps.map((step) => ([3, 6].includes(step.n) ? { ...step, connection: 'w1.2' } : step));
    expect(diagnose({ ...two, steps }).sentence).toContain(
      'w2 wrote 6 at step 5, and at step 7 w1 wrote 6 over it',
    );
  });

  test('a lock without a lease did not run out, and one that was flushed was removed', async () => {
    const later = (found: RaceRecord): RaceRecord => ({
      ...found,
      steps: found.steps.map((step) => ({ ...step, atMs: step.n * 10_000 })),
    });
    const gone = await record(
      'mutual exclusion',
      [1, 'SETNX lock a', 1, [null, 'a']],
      [2, 'SETNX lock b', 1, [null, 'b']],
      [1, 'PING', 'PONG'],
    );
    expect(diagnose(later(gone)).sentence).toContain('w1 took it at step 1, the key was gone, w2 took it');
    const leased = await record(
      'mutual exclusion',
      [1, 'SETNX lock a', 1, [null, 'a']],
      [1, 'EXPIRE lock 5', 1, ['a', 'a']],
      [2, 'SETNX lock b', 1, [null, 'b']],
      [1, 'PING', 'PONG'],
    );
    expect(diagnose(later(leased)).sentence).toContain('its lease of 5000 ms ran out');
    const queued = await record(
      'mutual exclusion',
      [1, 'MULTI', 'OK'],
      [1, 'SETNX lock a', 'QUEUED'],
      [1, 'PEXPIRE lock 100', 'QUEUED'],
      [1, 'EXEC', [1, 1]],
      [2, 'MULTI', 'OK'],
      [2, 'SETNX lock b', 'QUEUED'],
      [2, 'PEXPIRE lock 100', 'QUEUED'],
      [2, 'EXEC', [1, 1]],
      [1, 'PING', 'PONG'],
    );
    const around = [
      [4, null, 'a'],
      [8, null, 'b'],
    ] as const;
    const steps = later(queued).steps.map((step) => {
      const found = around.find(([n]) => n === step.n);
      return found === undefined
        ? step
        : { ...step, values: [{ key: 'lock', before: found[1], after: found[2] }] };
    });
    expect(diagnose({ ...queued, steps }).sentence).toContain('its lease of 100 ms ran out');
    const renewed = await record(
      'mutual exclusion',
      [1, 'SET lock a PX 100 NX', 'OK', [null, 'a']],
      [1, 'PEXPIRE lock 900000', 1, ['a', 'a']],
      [2, 'SETNX lock b', 1, [null, 'b']],
      [1, 'PING', 'PONG'],
    );
    expect(diagnose(later(renewed)).sentence).toContain('the key was gone');
    const flushed = await record(
      'mutual exclusion',
      [1, 'SET lock a PX 100 NX', 'OK', [null, 'a']],
      [3, 'FLUSHALL', 'OK'],
      [2, 'SETNX lock b', 1, [null, 'b']],
      [1, 'PING', 'PONG'],
    );
    expect(diagnose(later(flushed)).sentence).not.toContain('lease');
  });

  test('values from the store cannot forge lines', async () => {
    const forged = await record('custom\nwith "lines"', [1, 'PING', 'PONG']);
    expect(diagnose(forged).sentence).not.toContain('\n');
  });
});
