/** Every ready-made model, with what its operations do written down a second time, for comparing. */
import type { CheckedOperation } from '../calls.js';
import type { Model } from '../model.js';
import { queueModel, setModel } from '../models/collections.js';
import { leaseModel, mutexModel } from '../models/locks.js';
import { casRegisterModel, counterModel, registerModel } from '../models/registers.js';
import { bruteForce, type Precedes, type Reference, type Vocabulary } from './generated.js';

/** A model, histories for it, and the same question asked in the simplest way. @internal */
export interface Compared {
  readonly model: Model;
  readonly vocabulary: Vocabulary;
  /** By trying every order. */
  readonly isLegal: (history: readonly CheckedOperation[], precedes: Precedes) => boolean;
}

function compared<State>(
  model: Model,
  vocabulary: Vocabulary,
  init: State,
  reference: Reference<State>,
): Compared {
  return {
    model,
    vocabulary,
    isLegal: (history, precedes) => bruteForce(history, init, reference, precedes),
  };
}

const isKnown = ({ outcome }: CheckedOperation): boolean => outcome === 'ok';
/** The states that are left where what was returned is known. */
const if_ = <State>(possible: boolean, state: State): State[] => (possible ? [state] : []);

const values = [1, 2];
const locks = { acquire: [true, false], release: [true, false] };

/** The lease of the comparison, in ms. */
const LEASE_MS = 60;

interface Held {
  readonly owner: number;
  readonly deadline: number;
  readonly fence: number;
  readonly used: number;
  readonly now: number;
}

/** At every moment that makes a difference. */
function atEveryMoment(held: Held, one: CheckedOperation): Held[] {
  const from = Math.max(held.now, one.startMs!);
  const to = isKnown(one) ? one.endMs! : 10_000;
  const moments = Array.from({ length: (to - from) / 10 + 1 }, (_, at) => from + 10 * at).filter(
    (ms) => ms <= to,
  );
  const expiry = held.deadline + 1;
  return [...moments, ...(from < expiry && expiry <= to ? [expiry] : [])]
    .filter((ms) => ms <= 600 || ms === from)
    .map((now) => ({ ...held, owner: now > held.deadline ? 0 : held.owner, now }));
}

function leaseStep(held: Held, one: CheckedOperation): Held[] {
  const { name, worker, value } = one;
  if (name === 'use') {
    const token = one.input as number;
    if (isKnown(one) && value === false) return if_(token < held.used, held);
    return if_(token >= held.used, { ...held, used: token });
  }
  return atEveryMoment(held, one).flatMap((at): Held[] => {
    const until = at.now + LEASE_MS;
    if (name === 'acquire') {
      if (isKnown(one) && value === null) return if_(at.owner !== 0, at);
      const fence = isKnown(one) ? (value as number) : at.fence;
      const free = at.owner === 0 && (!isKnown(one) || fence > at.fence);
      return if_(free, { ...at, owner: worker, deadline: until, fence });
    }
    const own = at.owner === worker;
    if (isKnown(one) && value === 0) return if_(!own, at);
    return if_(own, name === 'extend' ? { ...at, deadline: until } : { ...at, owner: 0 });
  });
}

/** @internal */
export const COMPARED: Readonly<Record<string, Compared>> = {
  register: compared<number>(
    registerModel({ init: 0 }),
    { inputs: { read: [undefined], write: values }, outputs: { read: [0, 1, 2], write: ['OK'] } },
    0,
    (held, one) => {
      if (one.name === 'write') return [one.input as number];
      return if_(!isKnown(one) || one.value === held, held);
    },
  ),
  'register with compare and set': compared<number>(
    casRegisterModel({ init: 1 }),
    {
      inputs: {
        read: [undefined],
        write: values,
        cas: [
          { from: 1, to: 2 },
          { from: 2, to: 1 },
        ],
      },
      outputs: { read: values, write: ['OK'], cas: [true, false] },
    },
    1,
    (held, one) => {
      if (one.name === 'write') return [one.input as number];
      if (one.name === 'read') return if_(!isKnown(one) || one.value === held, held);
      const { from, to } = one.input as { from: number; to: number };
      const done = held === from;
      return if_(!isKnown(one) || one.value === done, done ? to : held);
    },
  ),
  counter: compared<number>(
    counterModel(),
    {
      inputs: { increment: [undefined, 2], read: [undefined] },
      outputs: { increment: [1, 2, 3, 'OK'], read: [0, 1, 2, 3] },
    },
    0,
    (held, one) => {
      const sum = held + (one.name === 'read' ? 0 : ((one.input as number | undefined) ?? 1));
      return if_(!isKnown(one) || one.value === 'OK' || one.value === sum, sum);
    },
  ),
  set: compared<string>(
    setModel(),
    {
      inputs: { add: ['a', 'b'], remove: ['a'], contains: ['a'], read: [undefined] },
      outputs: { add: [1, 0], remove: [1, 0], contains: [1, 0], read: [[], ['a'], ['b', 'a']] },
    },
    '',
    (members, { name, input, value, outcome }) => {
      const known = outcome === 'ok';
      if (name === 'read')
        return if_(!known || [...(value as string[])].sort().join('') === members, members);
      const there = members.includes(input as string);
      const without = members.replace(input as string, '');
      const answer = name === 'add' ? !there : there;
      const after = {
        add: `${without}${input as string}`.split('').sort().join(''),
        remove: without,
        contains: members,
      };
      return if_(!known || Boolean(value) === answer, after[name as keyof typeof after]);
    },
  ),
  'set by element': compared<string>(
    setModel({ read: false }),
    {
      inputs: { add: ['a', 'b'], remove: ['a', 'b'], contains: ['a', 'b'] },
      outputs: { add: [1, 0], remove: [1, 0], contains: [1, 0] },
    },
    '',
    (members, { name, input, value, outcome }) => {
      const there = members.includes(input as string);
      const without = members.replace(input as string, '');
      const answer = name === 'add' ? !there : there;
      const after = { add: without + (input as string), remove: without, contains: members };
      return if_(outcome !== 'ok' || Boolean(value) === answer, after[name as keyof typeof after]);
    },
  ),
  queue: compared<readonly unknown[]>(
    queueModel(),
    { inputs: { push: ['a', 'b'], pop: [undefined] }, outputs: { push: [1], pop: ['a', 'b', null] } },
    [],
    ([first, ...others], one) => {
      const before = first === undefined ? [] : [first, ...others];
      if (one.name === 'push') return [[...before, one.input]];
      return if_(!isKnown(one) || one.value === (first ?? null), others);
    },
  ),
  mutex: compared<number>(
    mutexModel(),
    { inputs: { acquire: [undefined], release: [undefined] }, outputs: locks },
    0,
    (owner, { name, worker, value, outcome }) => {
      const said = outcome === 'ok' ? value : true;
      if (name === 'acquire') return said === true ? if_(owner === 0, worker) : if_(owner !== 0, owner);
      return said === true ? if_(owner === worker, 0) : if_(owner !== worker, owner);
    },
  ),
  'lock with a lease': compared<Held>(
    leaseModel({ leaseMs: LEASE_MS }),
    {
      inputs: { acquire: [undefined], release: [undefined], extend: [undefined], use: [1, 2] },
      outputs: { acquire: [1, 2, null], release: [1, 0], extend: [1, 0], use: [true, false] },
    },
    { owner: 0, deadline: Infinity, fence: 0, used: 0, now: 0 },
    leaseStep,
  ),
};
