import { describe, expect, test } from 'vitest';
import { diagnose, type Pattern } from './diagnosis.js';
import type { RaceRecord, RecordStep } from './format.js';
import { readRecord } from './read.js';

function golden(name: string): Promise<RaceRecord> {
  return readRecord(new URL(`golden/${name}.json`, import.meta.url).pathname);
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
        ...(values === undefined ? {} : { values }),
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

  test('values from the store cannot forge lines', async () => {
    const forged = await record('custom\nwith "lines"', [1, 'PING', 'PONG']);
    expect(diagnose(forged).sentence).not.toContain('\n');
  });
});
