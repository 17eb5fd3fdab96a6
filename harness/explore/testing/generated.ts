import * as fc from 'fast-check';
import type { Model, ModelBody, ModelFault, Outcome, Wait } from './machine.js';
import type { Command } from './programs.js';

/** One command of a generated worker, and what its reply decides. */
export interface Instruction {
  readonly name: 'GET' | 'SET' | 'SETNX' | 'INCR' | 'DEL';
  readonly key: string;
  /** End the worker when the reply is empty, nil or zero. */
  readonly stops: boolean;
}

/** What a generated worker does next. */
export type Action =
  | { readonly kind: 'one'; readonly first: Instruction }
  /** Two connections: both replies are awaited, whichever comes first. */
  | { readonly kind: 'both'; readonly first: Instruction; readonly second: Instruction }
  /** A timer besides: it ends the wait, or the command stays under way, or the reply cancels it. */
  | { readonly kind: 'timed'; readonly first: Instruction; readonly after: 'give up' | 'leave it' };

export interface GeneratedWorker {
  readonly actions: readonly Action[];
  readonly onError: 'again' | 'skip' | 'stop';
}

/** Turns generated workers into a model. */
export function generatedModel(
  workers: readonly GeneratedWorker[],
  faults: readonly ModelFault[],
  budget: number,
): Model {
  return { workers: workers.map(bodyOf), faults, budget };
}

function bodyOf({ actions, onError }: GeneratedWorker): ModelBody {
  return function* () {
    let last = 0;
    let left: Wait[] = [];
    const empty = ({ reply }: Outcome): boolean => reply === null || reply === '0';
    for (const [nth, action] of actions.entries()) {
      const instructions = action.kind === 'both' ? [action.first, action.second] : [action.first];
      let waits: Wait[] = instructions.map((one, at) => ({
        id: `${nth}.${at}`,
        command: commandOf(one, last),
      }));
      if (action.kind === 'timed') waits.push({ id: `${nth}.t` });
      while (waits.length > 0) {
        const outcome: Outcome = yield [...waits, ...left];
        const mine = waits.find(({ id }) => id === outcome.id);
        left = left.filter(({ id }) => id !== outcome.id);
        if (mine === undefined) continue;
        waits = waits.filter((wait) => wait !== mine);
        if (mine.command === undefined) {
          if (action.kind === 'timed' && action.after === 'leave it') left.push(...waits);
          waits = [];
        } else if (outcome.error) {
          if (onError === 'stop') return;
          if (onError === 'again') waits.push({ id: `${mine.id}r`, command: mine.command });
        } else {
          const instruction = instructions[Number(mine.id.split(/[.r]/)[1])]!;
          if (instruction.name === 'GET' || instruction.name === 'INCR') last = Number(outcome.reply ?? 0);
          if (instruction.stops && empty(outcome)) return;
        }
        if (waits.every(({ command }) => command === undefined)) waits = [];
      }
    }
    while (left.length > 0) {
      const outcome: Outcome = yield left;
      left = left.filter(({ id }) => id !== outcome.id);
    }
  };
}

function commandOf({ name, key }: Instruction, last: number): Command {
  if (name === 'SET') return ['SET', key, String(last + 1)];
  return name === 'SETNX' ? ['SET', key, '1', 'NX'] : [name, key];
}

const instruction = fc.record<Instruction>({
  name: fc.constantFrom('GET', 'GET', 'SET', 'SET', 'SETNX', 'INCR', 'DEL'),
  key: fc.constantFrom('x', 'y', 'z'),
  stops: fc.boolean(),
});
const plain: fc.Arbitrary<Action> = fc.record({ kind: fc.constant('one' as const), first: instruction });
const both: fc.Arbitrary<Action> = fc.record({
  kind: fc.constant('both' as const),
  first: instruction,
  second: instruction,
});
const timed: fc.Arbitrary<Action> = fc.record({
  kind: fc.constant('timed' as const),
  first: instruction,
  after: fc.constantFrom('give up' as const, 'leave it' as const),
});
const any = fc.oneof(
  { weight: 4, arbitrary: plain },
  { weight: 1, arbitrary: both },
  { weight: 1, arbitrary: timed },
);

/** About how many interleavings there are; the real number depends on what the replies decide. */
function size(workers: readonly GeneratedWorker[]): number {
  let total = 0;
  let ways = 1;
  for (const { actions } of workers) {
    for (let nth = 1; nth <= actions.length + actions.filter(({ kind }) => kind !== 'one').length; nth++) {
      total += 1;
      ways *= total / nth;
    }
  }
  return ways;
}

function workersOf(
  action: fc.Arbitrary<Action>,
  counts: [workersMax: number, actionsMax: number],
  sizeMax: number,
): fc.Arbitrary<GeneratedWorker[]> {
  const [workersMax, actionsMax] = counts;
  const worker = fc.record<GeneratedWorker>({
    actions: fc.array(action, { minLength: 1, maxLength: actionsMax, size: 'max' }),
    onError: fc.constantFrom('again', 'skip', 'stop'),
  });
  return fc
    .array(worker, { minLength: 2, maxLength: workersMax, size: 'max' })
    .filter((workers) => size(workers) <= sizeMax);
}

/** Workers that run one command after the other. */
export const sequentialWorkers = workersOf(plain, [4, 5], 3000);
/** Workers that also use several connections and timers. */
export const concurrentWorkers = workersOf(any, [3, 4], 1000);
/** Few short workers, for when faults multiply what there is to explore. */
export const shortWorkers = workersOf(any, [3, 3], 30);
export const someFaults = fc.subarray<ModelFault>(['lost', 'unheard', 'crash'], { minLength: 1 });
