import * as fc from 'fast-check';
import { expect } from 'vitest';
import { invariant } from '../../check/invariant.js';
import { execute } from '../../execution/execution.js';
import type { Environment } from '../../execution/host/environment.js';
import type { Decision } from '../../execution/steps/decision.js';
import type { Move } from '../../execution/steps/move.js';
import { scenario } from '../../scenario/scenario.js';
import type { Scenario, WorkerBody } from '../../scenario/types.js';
import { Exhaustive } from '../exhaustive/exhaustive.js';
import { EveryChoice } from './every-choice.js';
import { driveLive } from './live.js';

/** Early timers at most of a worker, for both searches. */
const DELAYS = 1;
/** Programs with more are passed over, for the time that they would take; with faults there are more. */
const [EXECUTIONS_MAX, STRUCK_MAX] = [100, 300];
const KEYS = ['a', 'b'];
/** When a timer sends something: with those who sleep, or before they wake up. */
const BEATS_MS = { beat: 50, soon: 30 };

const key = fc.constantFrom(...KEYS);
const action = fc.oneof(
  fc.record({ what: fc.constantFrom('get', 'incr'), key }),
  /** Both at once, on two connections. */
  fc.record({ what: fc.constantFrom('both', 'other'), key }),
  fc.record({ what: fc.constantFrom('subscribe', 'publish', 'sleep', 'lease'), key }),
  /** A timer sends something while the worker goes on; it may be taken back. */
  fc.record({ what: fc.constantFrom('beat', 'soon', 'stop'), key }),
);
/** What a generated worker does next. */
export interface ConcurrentAction {
  readonly what: string;
  readonly key: string;
}

/** Two workers, of few steps. */
const workers: fc.Arbitrary<ConcurrentAction[][]> = fc
  .array(fc.array(action, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 2 })
  .filter((all) => all.flat().length <= 4);

/** One worker waits in a loop until the other has written a key, which does so without waiting for anybody. */
const polling: fc.Arbitrary<ConcurrentAction[][]> = fc
  .record({
    name: key,
    before: fc.array(action, { maxLength: 1 }),
    behind: fc.array(action, { maxLength: 1 }),
    other: fc.array(action, { maxLength: 1 }),
  })
  .map(({ name, before, behind, other }) => [
    [...before, { what: 'poll', key: name }, ...behind],
    [...other, { what: 'incr', key: name }],
  ]);

/** Faults whose effects differ: on the connection, on the reply, and on whether the server ran the command. */
const KINDS = [
  'reset-before-send',
  'reset-after-apply',
  'error-reply',
  'late-reply',
  'black-hole-request',
  'corrupt-integer',
  'connection-drop',
] as const;

/** Workers, and perhaps a process in the background that counts up a key now and then, or a fault. */
interface ConcurrentProgram {
  readonly workers: ConcurrentAction[][];
  readonly background?: string | undefined;
  readonly fault?: (typeof KINDS)[number] | undefined;
}

const concurrentPrograms: fc.Arbitrary<ConcurrentProgram> = fc.oneof(
  { arbitrary: fc.record({ workers }), weight: 6 },
  { arbitrary: fc.record({ workers: polling }), weight: 2 },
  // With a third process there is time for few steps.
  {
    arbitrary: fc.record({
      workers: workers.filter((all) => all.flat().length <= 3),
      background: key,
    }),
    weight: 1,
  },
);

/** A fault may strike anywhere; where timers send something besides, not every end is found yet (docs/exploration.md). */
const struckPrograms: fc.Arbitrary<ConcurrentProgram> = fc.record({
  workers: workers.filter(
    (all) => all.flat().length <= 3 && !all.flat().some(({ what }) => Object.hasOwn(BEATS_MS, what)),
  ),
  fault: fc.constantFrom(...KINDS),
});

/** Never ends by itself. */
function beating(name: string): WorkerBody {
  return async ({ redis, sleep }) => {
    for (;;) {
      await sleep(50);
      await redis.incr(name);
    }
  };
}

/** Does what it is told, and says in the end what it heard, in which order. */
function worker(actions: readonly ConcurrentAction[]): WorkerBody {
  return async ({ id, redis, connect, sleep }) => {
    const heard: string[] = [];
    const hear = async (name: string, reply: Promise<unknown>): Promise<void> =>
      void heard.push(`${name}=${String(await reply.catch((error: Error) => error.name))}`);
    const other = connect();
    other.on('message', (_channel: string, text: string) => heard.push(text));
    const timers: NodeJS.Timeout[] = [];
    const beats: Promise<void>[] = [];
    let subscribed = false;
    for (const { what, key: name } of actions) {
      if (what === 'get') await hear(name, redis.get(name));
      else if (what === 'incr') await hear(name, redis.incr(name));
      else if (what === 'lease') await redis.set(name, id, 'PX', 60);
      else if (what === 'sleep') await sleep(50);
      else if (what === 'poll') while ((await redis.get(name)) === null) await sleep(50);
      else if (what === 'publish') await redis.publish('news', name);
      else if (what === 'beat' || what === 'soon')
        timers.push(setTimeout(() => void beats.push(hear(what, redis.incr(name))), BEATS_MS[what]));
      else if (what === 'stop') for (const timer of timers) clearTimeout(timer);
      else if (what === 'subscribe') {
        subscribed = true;
        await other.subscribe('news');
      } else if (subscribed) await hear(name, redis.get(name));
      else if (what === 'other') await hear(name, other.incr(name));
      else await Promise.all([hear('1', redis.incr(name)), hear('2', other.get(name))]);
    }
    if (heard.length > 0) await redis.set(`heard${id}`, heard.join());
    await Promise.all(beats);
  };
}

/** The stores that executions end in, as they come. */
function notingEnds({ workers: all, background, fault }: ConcurrentProgram, found: Set<string>): Scenario {
  const probe = invariant('nothing', async ({ redis }) => {
    found.add(JSON.stringify(await redis.mget(...KEYS, 'heard1', 'heard2')));
  });
  return scenario({
    name: 'concurrent',
    workers: all.map(worker),
    ...(background === undefined ? {} : { background: beating(background) }),
    ...(fault === undefined ? {} : { faults: { kinds: [fault] }, workersMayFail: true }),
    invariants: [probe],
  });
}

/** What all choices come to, one after the other, without any reduction. @returns undefined where there are too many */
async function enumeratedEnds(
  environment: Environment,
  program: ConcurrentProgram,
): Promise<{ ends: string[]; runs: number } | undefined> {
  const found = new Set<string>();
  const cast = notingEnds(program, found);
  const every = new EveryChoice();
  const max = program.fault === undefined ? EXECUTIONS_MAX : STRUCK_MAX;
  for (let runs = 1; runs <= max; runs++) {
    const early = new Map<number, number>();
    const choose = ({ moves, faults }: Decision): number => {
      const within = moves.filter((move) => isWithin(move, early));
      const taken = every.take(within.length + faults.length);
      const chosen = within[taken];
      if (chosen === undefined) return within.length - 1 - taken;
      if (chosen.early !== undefined) early.set(chosen.worker, (early.get(chosen.worker) ?? 0) + 1);
      return moves.indexOf(chosen);
    };
    await execute(environment, cast, { chooser: { choose }, seed: 1 });
    if (!every.next()) return { ends: [...found].sort(), runs };
  }
  return undefined;
}

/** Is it no early timer beyond the bound, nor time that passes for such only? */
function isWithin({ target, early, worker }: Move, spent: ReadonlyMap<number, number>): boolean {
  if (target.kind === 'expiry') return target.before.some((one) => isWithin(one, spent));
  return early === undefined || (early === 'own' && (spent.get(worker) ?? 0) < DELAYS);
}

/**
 * Does the exhaustive search see every end that plain enumeration sees, and no other?
 *
 * @returns false where there are too many executions to enumerate
 */
export async function seesEveryEnd(environment: Environment, program: ConcurrentProgram): Promise<boolean> {
  const all = await enumeratedEnds(environment, program);
  if (all === undefined) return false;
  const found = new Set<string>();
  const cast = notingEnds(program, found);
  const strategy = new Exhaustive({ fault: cast.faults.budget, delay: DELAYS });
  const { maximal } = await driveLive(environment, cast, strategy);
  expect([...found].sort()).toEqual(all.ends);
  expect(maximal).toBeLessThanOrEqual(all.runs);
  return true;
}

/** The same for generated programs. */
export function checkConcurrent(environment: Environment, numRuns: number, seed: number): Promise<void> {
  return checkAll(environment, concurrentPrograms, numRuns, seed);
}

/** The same for those that a fault strikes. */
export function checkStruck(environment: Environment, numRuns: number, seed: number): Promise<void> {
  return checkAll(environment, struckPrograms, numRuns, seed);
}

async function checkAll(
  environment: Environment,
  programs: fc.Arbitrary<ConcurrentProgram>,
  numRuns: number,
  seed: number,
): Promise<void> {
  const property = fc.asyncProperty(programs, async (program) =>
    fc.pre(await seesEveryEnd(environment, program)),
  );
  await fc.assert(property, { numRuns, seed, endOnFailure: true });
}
