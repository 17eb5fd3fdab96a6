import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invariant } from '../check/invariant.js';
import { atMostOnce, noLostUpdate } from '../check/invariants.js';
import { Environment } from '../execution/host/environment.js';
import { exploreWith } from '../explore/explore.js';
import { Tape } from '../explore/tape/tape.js';
import { runTape } from '../explore/tape/run-tape.js';
import { scenario } from '../scenario/scenario.js';
import { startServer } from '../server/index.js';
import type { RedisServer } from '../server/types.js';
import type { Level } from './level.js';
import { playedRecord } from './played-record.js';
import { Table, type Seat } from './table.js';

const counting = scenario({
  name: 'counting',
  workers: ({ redis, operation }) =>
    operation('increment', async () => {
      await redis.set('views', Number(await redis.get('views')) + 1, 'PX', 500);
    }),
  workerCount: 3,
  invariants: [noLostUpdate({ key: 'views' })],
});
const resent = scenario({
  name: 'resent',
  workers: ({ redis, operation }) => operation('increment', () => redis.incr('views')),
  workerCount: 1,
  invariants: [atMostOnce({ key: 'views' })],
  faults: { kinds: ['reset-after-apply'] },
});
const sleeping = scenario({
  name: 'sleeping',
  workers: async ({ redis }) => {
    await redis.set('lock', 'me', 'PX', 100);
    await new Promise((resolve) => {
      setTimeout(resolve, 150);
    });
  },
  workerCount: 1,
  invariants: [],
});

const levelOf = (name: string, own: Level['scenario'], kind: 'breaks' | 'holds'): Level => ({
  ...{ id: `lab/${name}`, identity: { lab: 'lab', variant: name }, labTitle: 'Lab', title: 'title' },
  ...{ scenario: own, preemptions: undefined, seed: 1, shareable: true },
  expect: kind === 'holds' ? { kind } : { kind, invariant: 'no lost update' },
});
const levels = [
  levelOf('counting', counting, 'breaks'),
  levelOf('resent', resent, 'breaks'),
  levelOf('sleeping', sleeping, 'holds'),
];

let server: RedisServer | undefined;
let opened = 0;
let table: Table;

async function open(): Promise<Seat> {
  opened += 1;
  const own = (server = await startServer());
  const environment = await Environment.open(own);
  return {
    environment,
    close: async () => {
      environment.close();
      await own.stop();
    },
  };
}

beforeAll(() => {
  table = new Table({
    levels,
    open,
    explore: ({ environment: session }, { scenario: explored, identity }) =>
      exploreWith(explored, { session, identity }),
  });
});
afterAll(() => table.close());

const at = (tape: string, steps: number, level = 'lab/counting') => ({ level, tape, steps });

describe('a level', () => {
  test('has the goal, the size and the hints of the smallest execution that the lab finds', async () => {
    const { goal, best, hints, schedule } = await table.level('lab/counting');
    expect(goal).toBe('Break "no lost update", in at most 4 steps. w3 does not take part.');
    expect(best).toMatchObject({ steps: 4, preemptions: 1, faults: 0 });
    expect(hints[0]).toBe('One preemption is enough.');
    expect(hints).toContain('Hold w1 up before its SET views 1 PX 500, and let w2 go on.');
    expect(schedule).toEqual({ tape: '0.1', steps: 4 });
  });

  test('that is to hold is not looked into', async () => {
    expect(await table.level('lab/sleeping')).toMatchObject({ best: null, hints: [], schedule: null });
  });

  test('that does not exist is refused', async () => {
    await expect(table.level('lab/nothing')).rejects.toThrow('there is no level lab/nothing');
    await expect(table.play({ ...at('0', 0, '__proto__'), onward: { kind: 'stay' } })).rejects.toThrow(
      'no level',
    );
  });
});

describe('a position', () => {
  test('shows what can be done next, by whom, and what Redis holds', async () => {
    const told = await table.play({ ...at('0.1', 3), onward: { kind: 'stay' } });
    expect(told).toMatchObject({ tape: '0.1', steps: 3, outcome: null, share: null });
    expect(told.rows.map(({ worker, action }) => [worker, action])).toEqual([
      [1, 'GET views'],
      [2, 'GET views'],
      [2, 'SET views 1 PX 500'],
    ]);
    expect(told.lanes.map(({ name, status }) => `${name} ${status}`)).toEqual(['w1 can go on', 'w2 is done']);
    expect(told.moves).toMatchObject([{ choice: 0, worker: 1, label: 'SET views 1 PX 500', calm: true }]);
    expect(told.store).toMatchObject([{ key: 'views', value: '1' }]);
  });

  test('is the same however one came there, and leaves nothing behind', async () => {
    const there = await table.play({ ...at('0', 1), onward: { kind: 'choose', choice: 1 } });
    await table.play({ ...at('0.1', 2), onward: { kind: 'calm' } });
    const again = await table.play({ ...at('0.1.0.0.0', 2), onward: { kind: 'stay' } });
    expect(again).toEqual(there);
  });

  test('is on a tape that means the same to a replay', async () => {
    const told = await table.play({ ...at('0.1', 2), onward: { kind: 'calm' } });
    expect(told).toMatchObject({
      outcome: { won: true, kind: 'breaks', observed: 'views = 1' },
      withinGoal: true,
      share: 'play:lab:counting:-w3+0.1:no+lost+update',
      size: { steps: 4, preemptions: 1 },
    });
    const environment = await Environment.open(server!);
    try {
      const { result } = await runTape(environment, counting, Tape.parse('-w3 0.1'), { seed: 1 });
      expect(result.finding?.id).toBe('no lost update');
    } finally {
      environment.close();
    }
  });

  test('may be reached by a fault, and by letting time pass', async () => {
    const { hints } = await table.level('lab/resent');
    expect(hints).toEqual([
      'One fault is enough.',
      'Let this strike INCR views of w1: reply lost, connection reset.',
    ]);
    const whole = await table.play({ ...at('calm', 0, 'lab/resent'), onward: { kind: 'stay' } });
    expect(whole.moves[0]!.faults).toEqual([{ choice: -1, label: 'reply lost, connection reset' }]);
    const struck = await table.play({
      ...at('calm', 0, 'lab/resent'),
      onward: { kind: 'choose', choice: -1 },
    });
    expect(struck).toMatchObject({ tape: 'f1', size: { faults: 1 }, store: [{ key: 'views', value: '1' }] });
    expect(struck.rows[0]!.asides.join()).toContain('reply lost, connection reset');
    const sent = await table.play({ ...at('f1', struck.steps, 'lab/resent'), onward: { kind: 'calm' } });
    expect(sent.outcome).toMatchObject({ won: true, observed: 'views = 2' });
    const asleep = await table.play({ ...at('calm', 1, 'lab/sleeping'), onward: { kind: 'stay' } });
    const timed = asleep.moves.filter((move) => move.timed);
    expect(timed.map(({ label, note }) => [label, note])).toContainEqual(['timer 150 ms', '150 ms pass']);
    const ended = await table.play({ ...at('calm', 1, 'lab/sleeping'), onward: { kind: 'calm' } });
    expect(ended).toMatchObject({ atMs: 150, outcome: { won: false, kind: 'passes' }, store: [] });
  });

  test('is refused where a tape is none, or a move is not there', async () => {
    const ask = (tape: string, choice: number) =>
      table.play({ ...at(tape, 0), onward: { kind: 'choose', choice } });
    await expect(ask('1;rm', 0)).rejects.toThrow('is not a tape');
    await expect(ask('9'.repeat(400), 0)).rejects.toThrow('too large');
    await expect(ask(Array(6000).fill('0').join('.'), 0)).resolves.toMatchObject({ steps: 1 });
    await expect(ask(Array(6000).fill('1').join('.'), 0)).rejects.toThrow('too long');
    await expect(ask('calm', 7)).rejects.toThrow('there is no move 7 after step 0');
    await expect(ask('calm', -9)).rejects.toThrow('there is no move -9 after step 0');
  });
});

test('becomes a record, run 20 times, with what of it is necessary', async () => {
  const record = await table.record({ level: 'lab/counting', tape: '0.1' });
  expect(record).toMatchObject({
    lab: 'lab',
    variant: 'counting',
    found: { strategy: 'played', shrinkRuns: 0 },
    reproduced: { times: 20, of: 20 },
    explanation: { pair: [1, 3] },
  });
  await expect(table.record({ level: 'lab/counting', tape: 'calm' })).rejects.toThrow('nothing is wrong');
});

test('becomes none once somebody has stopped it, whatever runs are left', async () => {
  const stop = new AbortController();
  let runs = 0;
  const wrong = invariant('never', () => {
    if ((runs += 1) === 5) stop.abort();
    return { expected: 'nothing', observed: 'this' };
  });
  const level = levelOf('wrong', { ...resent, invariants: [wrong] }, 'breaks');
  const environment = await Environment.open(server!);
  try {
    const made = playedRecord(environment, level, { tape: Tape.parse('calm') }, stop.signal);
    await expect(made).rejects.toThrow('This operation was aborted');
  } finally {
    environment.close();
  }
  expect(runs).toBe(5);
});

test('goes on with another Redis where one was killed, and says so', async ({ skip }) => {
  const before = opened;
  await table.play({ ...at('0.1', 2), onward: { kind: 'stay' } });
  const { pid } = server!;
  if (pid === undefined) return skip('this Redis is no process of this machine: it cannot be killed here');
  process.kill(pid, 'SIGKILL');
  const told = await table.play({ ...at('0.1', 2), onward: { kind: 'stay' } });
  expect(told.notice).toMatch(/^Redis was gone \(lost Redis: .*\)\. Another one was started/);
  expect([told.rows.length, opened]).toEqual([2, before + 1]);
  expect((await table.play({ ...at('0.1', 2), onward: { kind: 'stay' } })).notice).toBe('');
});
