import { ScenarioError } from '../../../base/scenario-error.js';
import { asText, shown } from '../../../base/shown.js';
import { model, type Model, type ModelCall, type ModelStep } from '../model.js';
import { namesOf, numberOf, yesOrNo } from './answers.js';

/**
 * What the operations of a lock are called.
 *
 * @public
 */
export interface MutexModelOptions {
  /** Name of the operation that takes the lock; one that returns false, null or 0 did not get it. Default: `acquire`. */
  readonly acquire?: string;
  /** Name of the one that gives it back; one that returns false, null or 0 did not remove it. Default: `release`. */
  readonly release?: string;
}

/**
 * A lock without expiry, of which each worker knows whether it has it: taken only when it is free, refused only when it is
 * taken, removed only by its owner.
 *
 * @throws ScenarioError for options that make no sense
 * @example
 * ```ts
 * import { checkLinearizable, mutexModel } from 'redis-race-lab';
 *
 * const both = [
 *   { worker: 1, name: 'acquire', value: true, start: 1, end: 2 },
 *   { worker: 2, name: 'acquire', value: true, start: 3, end: 4 },
 * ];
 * console.log(checkLinearizable(both, mutexModel()).kind); // illegal
 * ```
 * @public
 */
export function mutexModel(options: MutexModelOptions = {}): Model {
  const { acquire, release } = namesOf('mutexModel', options, { acquire: 'acquire', release: 'release' });
  return model<number>({
    init: 0,
    operations: [acquire, release],
    looksAt: ['worker'],
    step: (owner, call) => {
      const { name, worker, known } = call;
      const said = yesOrNo(call);
      if (name === acquire) {
        const granted = said ?? true;
        if (granted && owner !== 0) return { refused: `w${owner} has the lock` };
        if (!granted) return owner === 0 ? { refused: 'the lock is free' } : { state: owner };
        return { state: worker };
      }
      if (said === false && owner === worker)
        return { refused: 'it has the lock, and would have removed it' };
      if (owner !== worker && (said ?? !known))
        return { refused: owner === 0 ? 'the lock is free' : `w${owner} has the lock` };
      return { state: owner === worker ? 0 : owner };
    },
  });
}

/**
 * What a lock with a lease is, and what its operations are called.
 *
 * @public
 */
export interface LeaseModelOptions extends MutexModelOptions {
  /** How long a lease lasts, in ms of virtual time. */
  readonly leaseMs: number;
  /** Name of the operation that begins the lease anew; one that returns false, null or 0 did not. Default: `extend`. */
  readonly extend?: string;
  /** Name of the one that uses what the lock protects, with a fencing token as its input; refused as above. Default: `use`. */
  readonly use?: string;
}

/** A lock, and what it protects. */
interface Lease {
  /** Who has it: the token that is the input of an operation, or the name of the worker. */
  readonly owner: string | null;
  /** The lease is over after a moment between these two, in virtual ms. */
  readonly until: readonly [earliest: number, latest: number];
  /** The highest fencing token that was given, and the highest that was used. */
  readonly fence: number;
  readonly used: number;
  /** No operation that comes now has happened before this moment. */
  readonly nowMs: number;
}

/**
 * A lock whose lease runs out, with a fencing token. `acquire` that returns a number got it as its fencing token, which must be
 * higher than any before. A token of the owner is the input of `acquire`, `extend` and `release`; without one it is the worker.
 * Where time passes during an operation, it may have happened at any moment of it.
 *
 * @throws ScenarioError for options that make no sense
 * @example
 * ```ts
 * import { checkLinearizable, leaseModel } from 'redis-race-lab';
 *
 * const early = [
 *   { worker: 1, name: 'acquire', value: 1, start: 1, end: 2, startMs: 0, endMs: 0 },
 *   { worker: 2, name: 'acquire', value: 2, start: 3, end: 4, startMs: 90, endMs: 90 },
 * ];
 * console.log(checkLinearizable(early, leaseModel({ leaseMs: 100 })).kind); // illegal
 * console.log(checkLinearizable(early, leaseModel({ leaseMs: 80 })).kind); // ok
 * ```
 * @public
 */
export function leaseModel(options: LeaseModelOptions): Model {
  const defaults = { acquire: 'acquire', release: 'release', extend: 'extend', use: 'use' };
  const names = namesOf('leaseModel', options, defaults, ['leaseMs']);
  const { leaseMs } = options;
  if (typeof leaseMs !== 'number' || !(leaseMs > 0))
    throw new ScenarioError(`leaseModel: "leaseMs" is a time in ms, more than 0, not ${shown(leaseMs)}`);
  return model<Lease>({
    init: { owner: null, until: [Infinity, Infinity], fence: 0, used: 0, nowMs: 0 },
    operations: Object.values(names),
    looksAt: ['worker', 'times'],
    step: (lease, call) => {
      if (call.name === names.use) return used(lease, call);
      const moment = { from: Math.max(lease.nowMs, call.startMs), to: call.endMs };
      if (moment.from > moment.to) return { refused: `it had ended by ${moment.from} ms` };
      // Redis keeps a key at its deadline, and has none a millisecond later.
      const passed = moment.from > lease.until[1] ? FREED : {};
      const seen = { ...lease, ...passed, nowMs: moment.from };
      return call.name === names.acquire
        ? acquired(seen, call, moment, leaseMs)
        : kept(seen, call, moment, call.name === names.extend ? leaseMs : undefined);
    },
  });
}

const FREED = { owner: null, until: [Infinity, Infinity] } as const;

/** An operation happened at a moment between these two. */
interface Moment {
  readonly from: number;
  readonly to: number;
}

function ownerOf({ input, worker }: ModelCall): string {
  return input === undefined ? `w${worker}` : asText(input);
}

function acquired(lease: Lease, call: ModelCall, moment: Moment, leaseMs: number): ModelStep<Lease> {
  const { owner, until, fence } = lease;
  if (call.known && yesOrNo(call) === false)
    return owner === null ? { refused: 'the lock is free' } : { state: lease };
  if (owner !== null && moment.to <= until[0])
    return { refused: `${owner} has the lock until ${until[0]} ms` };
  const given = call.known ? numberOf(call.output) : undefined;
  if (given !== undefined && given <= fence)
    return { refused: `a fencing token of ${fence} was given before` };
  // Where it was taken from another one, that was over by then.
  const from = owner === null ? moment.from : Math.max(moment.from, until[0] + 1);
  return {
    state: {
      ...lease,
      owner: ownerOf(call),
      until: [from + leaseMs, moment.to + leaseMs],
      fence: given ?? fence,
      nowMs: from,
    },
  };
}

/** An extension, or where `leaseMs` is undefined a release. */
function kept(lease: Lease, call: ModelCall, moment: Moment, leaseMs: number | undefined): ModelStep<Lease> {
  const { owner, until } = lease;
  const own = owner === ownerOf(call);
  const said = yesOrNo(call);
  if (said === false) {
    const mayBeOver = moment.to > until[0];
    if (own && !mayBeOver) return { refused: `${owner} has the lock until ${until[0]} ms` };
    return { state: own ? { ...lease, ...FREED, nowMs: Math.max(lease.nowMs, until[0] + 1) } : lease };
  }
  if (!own) {
    if (said === true || !call.known)
      return { refused: owner === null ? 'the lock is free' : `${owner} has the lock` };
    return { state: lease };
  }
  if (leaseMs === undefined) return { state: { ...lease, ...FREED } };
  return { state: { ...lease, until: [moment.from + leaseMs, Math.min(moment.to, until[1]) + leaseMs] } };
}

function used(lease: Lease, call: ModelCall): ModelStep<Lease> {
  const token = numberOf(call.input);
  if (token === undefined)
    throw new ScenarioError(
      `leaseModel: the input of "${call.name}" is a fencing token, not ${shown(call.input)}`,
    );
  const accepted = yesOrNo(call) ?? true;
  if (accepted && token < lease.used) return { refused: `a fencing token of ${lease.used} was used before` };
  if (!accepted && token >= lease.used)
    return { refused: `no token above ${token} was used before, so it would have been taken` };
  return { state: accepted ? { ...lease, used: token } : lease };
}
