import type { Body, Command, Program, Reply } from './programs.js';

/**
 * Shapes that bugs in programs on Redis have, as programs of a few workers. Which of them a sampler finds, and how
 * often, is what tells samplers apart.
 */
export interface Shape {
  readonly name: string;
  /** A program whose workers note what they see. */
  readonly create: () => { readonly program: Program; readonly hit: () => boolean };
  /** The same without workers that have nothing to do with the bug. */
  readonly quiet?: Shape['create'];
}

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => make(at));

/** Workers that are busy with keys of their own. */
const noise = (workers: number, steps: number): Body[] =>
  times(workers, (worker) => repeat(steps, () => ['SET', `noise${worker}`, 'x']));

function repeat(count: number, command: (nth: number) => Command): Body {
  return function* () {
    for (let nth = 1; nth <= count; nth++) yield command(nth);
  };
}

/** Two workers read a counter and write it back. */
function lostUpdate(noisy: Body[]): ReturnType<Shape['create']> {
  const written: string[] = [];
  const body: Body = function* () {
    const value = String(Number((yield ['GET', 'c']) ?? 0) + 1);
    yield ['SET', 'c', value];
    written.push(value);
  };
  return {
    program: { name: 'lost update', workers: [body, body, ...noisy] },
    hit: () => written.join() === '1,1',
  };
}

/** One write that does harm only behind all the writes of another worker. */
function lateWrite(): ReturnType<Shape['create']> {
  const order: string[] = [];
  const many: Body = function* () {
    for (let nth = 1; nth <= 25; nth++) {
      yield ['SET', 'c', 'many'];
      order.push('many');
    }
  };
  const once: Body = function* () {
    yield ['SET', 'c', 'once'];
    order.push('once');
  };
  return { program: { name: 'late write', workers: [many, once] }, hit: () => order.at(-1) === 'once' };
}

/** A worker that reads before everything that another one does, and writes behind all of it. */
function aroundEverything(): ReturnType<Shape['create']> {
  const order: string[] = [];
  const victim: Body = function* () {
    yield ['GET', 'c'];
    order.push('read');
    yield ['SET', 'c', 'stale'];
    order.push('stale');
  };
  const other: Body = function* () {
    for (let nth = 1; nth <= 20; nth++) {
      yield ['SET', 'c', String(nth)];
      order.push('fresh');
    }
  };
  return {
    program: { name: 'around everything', workers: [victim, other] },
    hit: () => order[0] === 'read' && order.at(-1) === 'stale',
  };
}

/** One worker must see each of three values that another one writes in a row. */
function handovers(noisy: Body[]): ReturnType<Shape['create']> {
  const seen: Reply[] = [];
  const reader: Body = function* () {
    for (let nth = 1; nth <= 3; nth++) seen.push(yield ['GET', 'baton']);
  };
  return {
    program: {
      name: 'handovers',
      workers: [repeat(3, (nth) => ['SET', 'baton', String(nth)]), reader, ...noisy],
    },
    hit: () => seen.join() === '1,2,3',
  };
}

/** A lock whose lease may run out: two workers hold it at once, and count each other. Time that passes is a worker. */
function expiredLock(noisy: Body[]): ReturnType<Shape['create']> {
  let met = false;
  const worker = (name: string): Body =>
    function* () {
      if ((yield ['SET', 'lock', name, 'NX']) === null) return;
      if (Number(yield ['INCR', 'c']) > 1) met = true;
      yield ['SET', 'work', name];
      yield ['DECR', 'c'];
      yield ['DEL', 'lock'];
    };
  const expiry: Body = function* () {
    yield ['DEL', 'lock'];
  };
  return {
    program: { name: 'expired lock', workers: [worker('a'), worker('b'), expiry, ...noisy] },
    hit: () => met,
  };
}

export const SHAPES: readonly Shape[] = [
  { name: 'lost update, 2 workers', create: () => lostUpdate([]) },
  { name: 'one SET must land after 25 SETs', create: lateWrite },
  { name: 'GET first and SET last, around 20 SETs', create: aroundEverything },
  {
    name: 'lost update with 4 noisy workers',
    create: () => lostUpdate(noise(4, 10)),
    quiet: () => lostUpdate([]),
  },
  {
    name: '3 ordered handovers with noise',
    create: () => handovers(noise(2, 6)),
    quiet: () => handovers([]),
  },
  { name: 'expired lock, two holders', create: () => expiredLock([]) },
  {
    name: 'expired lock with 3 noisy workers',
    create: () => expiredLock(noise(3, 8)),
    quiet: () => expiredLock([]),
  },
];
