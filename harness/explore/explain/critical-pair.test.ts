import { afterAll, beforeAll, expect, test } from 'vitest';
import { invariant } from '../../check/invariant.js';
import { Environment } from '../../execution/host/environment.js';
import { execute } from '../../execution/execution.js';
import { scenario } from '../../scenario/scenario.js';
import type { Scenario, WorkerBody } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';
import type { RaceRecord } from '../../record/format.js';
import { recordSteps } from '../../record/steps.js';
import { explore } from '../explore.js';
import { Follower } from '../tape/follow.js';
import { runTape } from '../tape/run-tape.js';
import { Tape } from '../tape/tape.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

/** The commands of the critical pair; and that these two, swapped, with all before them as it was, do make it pass. */
async function pairOf(cast: Scenario): Promise<string[] | undefined> {
  const { record } = await explore(cast, { session: environment });
  const { steps, explanation, seed, tape } = record!;
  if (explanation?.pair === undefined) return undefined;
  const [first, second] = explanation.pair.map((n) => steps[n - 1]!);
  const between = steps.slice(first!.n, second!.n - 1).filter(({ worker }) => worker === second!.worker);
  const order = [...steps.slice(0, first!.n - 1), ...between, second!, first!];
  const chooser = new Follower(order.map(({ id, fault }) => ({ id, fault })));
  const again = await execute(environment, cast, { chooser, skip: tape.skip, seed });
  expect(again.finding).toBeUndefined();
  await expectPassing(cast, record!);
  return [first!, second!].map(({ worker, command, text }) => `w${worker} ${command?.join(' ') ?? text}`);
}

/** What is kept of the swap is an execution that can be run again: nothing is wrong with it, and the pair is the other way round. */
async function expectPassing(cast: Scenario, { explanation, steps, seed }: RaceRecord): Promise<void> {
  const { pair, swapped } = explanation!;
  const [first, second] = pair!.map((n) => swapped!.steps.findIndex(({ id }) => id === steps[n - 1]!.id));
  expect(first === -1 || second! < first!).toBe(true);
  const tape = new Tape(swapped!.tape.choices, swapped!.tape.skip);
  const { result } = await runTape(environment, cast, tape, { seed, traced: true });
  expect(result.finding).toBeUndefined();
  expect(recordSteps(result.steps).map(({ id }) => id)).toEqual(swapped!.steps.map(({ id }) => id));
}

const exactlyOne = invariant('one', async ({ redis }) => {
  const made = await redis.get('made');
  if (made !== '1') return { expected: '1', observed: String(made) };
});

test('two commands of one worker on two connections can be the pair', async () => {
  const readsBeside: WorkerBody = async ({ redis, connect }) => {
    const other = connect();
    const [seen] = await Promise.all([redis.get('x'), other.set('x', '1')]);
    await redis.set('made', String(seen));
  };
  const cast = scenario({ name: 'beside', workers: readsBeside, workerCount: 1, invariants: [exactlyOne] });
  expect(await pairOf(cast)).toEqual(['w1 GET x', 'w1 SET x 1']);
});

test.each<[string, (redis: Parameters<WorkerBody>[0]['redis']) => Promise<boolean>]>([
  ['KEYS', async (redis) => (await redis.keys('job:*')).length === 0],
  ['SCAN', async (redis) => (await redis.scan('0'))[1].length === 0],
  ['DBSIZE', async (redis) => (await redis.dbsize()) === 0],
])('%s looks at all keys, also at one that both write', async (name, isEmpty) => {
  const checks: WorkerBody = async ({ redis, id }) => {
    if (!(await isEmpty(redis))) return;
    await redis.set('job:1', id);
    await redis.incr('made');
  };
  const pair = await pairOf(scenario({ name, workers: checks, invariants: [exactlyOne] }));
  expect(pair?.[0]).toMatch(new RegExp(`^w1 ${name}`));
  expect(pair?.[1]).toBe('w2 SET job:1 2');
});

test.each<[string, (redis: Parameters<WorkerBody>[0]['redis']) => Promise<unknown>]>([
  ['GETEX', (redis) => redis.getex('job', 'PX', 10_000)],
  ['EVAL', (redis) => redis.eval("redis.call('INCR', 'asked') return redis.call('GET', 'job')", 0)],
])('%s reads and writes: between the two that decide stands what depends on both', async (name, read) => {
  const checks: WorkerBody = async ({ redis, id }) => {
    if ((await read(redis)) !== null) return;
    await redis.set('job', id);
    await redis.incr('made');
  };
  const pair = await pairOf(scenario({ name, workers: checks, invariants: [exactlyOne] }));
  expect(pair?.[0]).toMatch(new RegExp(`^w\\d ${name}`));
  expect(pair?.[1]).toMatch(/^w\d SET job \d$/);
});

test('of a script counts what it did, not what it may do', async () => {
  const checks: WorkerBody = async ({ redis, id }) => {
    if ((await redis.eval("return redis.call('GET', KEYS[1])", 1, 'job')) !== null) return;
    await redis.set('job', id);
    await redis.incr('made');
  };
  const pair = await pairOf(scenario({ name: 'script', workers: checks, invariants: [exactlyOne] }));
  expect(pair?.[1]).toBe('w2 SET job 2');
});

test('who of two that do the same comes first is no pair', async () => {
  const claims: WorkerBody = async ({ redis, name, sleep }) => {
    const own = (await redis.xreadgroup('GROUP', 'g', name, 'STREAMS', 'jobs', '>')) as
      [[string, [[string]]]] | null;
    let id = own?.[0][1][0][0];
    if (id === undefined) {
      await sleep(100);
      const claimed = (await redis.xautoclaim('jobs', 'g', name, 50, '0')) as [string, [[string]]];
      id = claimed[1][0]?.[0];
    }
    if (id === undefined) return;
    await redis.incr('made');
    await redis.xack('jobs', 'g', id);
  };
  const cast = scenario({
    name: 'claimed',
    setup: async ({ redis }) => {
      await redis.xgroup('CREATE', 'jobs', 'g', '0', 'MKSTREAM');
      await redis.xadd('jobs', '1-1', 'job', 'mail');
    },
    workers: claims,
    invariants: [exactlyOne],
  });
  expect(await pairOf(cast)).toBeUndefined();
});
