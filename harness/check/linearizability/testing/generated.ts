import { Prng } from '../../../base/prng.js';
import type { CheckedOperation } from '../calls.js';

/** Draws what an operation of a model is given. @internal */
export interface Vocabulary {
  /** Names of operations, each with inputs to choose from. */
  readonly inputs: Readonly<Record<string, readonly unknown[]>>;
  /** What an operation of that name may have returned. */
  readonly outputs: Readonly<Record<string, readonly unknown[]>>;
}

/** A small history from a seed: two to four workers, some operations of unknown outcome, virtual times. @internal */
export function generated({ inputs, outputs }: Vocabulary, seed: number): CheckedOperation[] {
  const random = new Prng(seed);
  const pick = <T>(list: readonly T[]): T => list[random.below(list.length)]!;
  const workers = 2 + random.below(3);
  const size = 2 + random.below(5);
  const busyUntil = new Map<number, number>();
  return Array.from({ length: size }, (): CheckedOperation => {
    const worker = 1 + random.below(workers);
    const start = (busyUntil.get(worker) ?? 0) + 1 + random.below(6) * 8 + worker;
    const end = start + 1 + random.below(5) * 8;
    busyUntil.set(worker, end + 8);
    const name = pick(Object.keys(inputs));
    const outcome = pick(['ok', 'ok', 'ok', 'ok', 'unknown', 'pending', 'failed'] as const);
    const value = outcome === 'ok' ? pick(outputs[name]!) : undefined;
    const input = pick(inputs[name]!);
    return { worker, name, input, start, end, outcome, value, startMs: clock(start), endMs: clock(end) };
  });
}

/** Time stands still for a while, and goes on. */
function clock(position: number): number {
  return 30 * Math.floor(position / 15);
}

/** Which of two operations must come first. @internal */
export type Precedes = (first: CheckedOperation, second: CheckedOperation) => boolean;

/** One of unknown outcome may happen at any time after its beginning. @internal */
export const inRealTime: Precedes = (first, second) =>
  (first.outcome ?? 'ok') === 'ok' && first.end < second.start;

/** The same, of one worker only. @internal */
export const inEachWorker: Precedes = (first, second) =>
  first.worker === second.worker && inRealTime(first, second);

/** What an operation does, written again, in another way than in the model: the states that may come of it. @internal */
export type Reference<State> = (state: State, operation: CheckedOperation) => readonly State[];

/**
 * Is there an order? By trying every one, of every choice of what nobody knows: without memory, without symmetry, without parts.
 *
 * @internal
 */
export function bruteForce<State>(
  history: readonly CheckedOperation[],
  init: State,
  reference: Reference<State>,
  precedes: Precedes,
): boolean {
  const operations = history.filter(({ outcome }) => outcome !== 'failed');
  const go = (state: State, left: readonly CheckedOperation[]): boolean => {
    if (left.every(({ outcome = 'ok' }) => outcome !== 'ok')) return true;
    return left.some((one) => {
      const others = left.filter((other) => other !== one);
      if (others.some((other) => precedes(other, one))) return false;
      return reference(state, one).some((next) => go(next, others));
    });
  };
  return go(init, operations);
}
