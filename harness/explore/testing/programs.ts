/**
 * The programs whose number of classes is known, from Abdulla et al. and Concuerror's tests, in their Redis form.
 * Each worker is a generator of commands; it is sent the replies.
 */
export type Reply = string | null;
export type Command = readonly string[];
export type Body = () => Generator<Command, void, Reply>;

export interface Program {
  readonly name: string;
  readonly workers: readonly Body[];
}

const number = (reply: Reply): number => Number(reply ?? 0);
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => make(at));

/** One writer, and readers that each look at something of their own first. */
export function readers(count: number): Program {
  const writer: Body = function* () {
    yield ['SET', 'x', '42'];
  };
  const reader = (index: number): Body =>
    function* () {
      yield ['GET', `r${index}`];
      yield ['GET', 'x'];
    };
  return { name: `readers(${count})`, workers: [writer, ...times(count, reader)] };
}

/** One worker looks for the last zero in a row of numbers that the others count up. */
export function lastzero(count: number): Program {
  const search: Body = function* () {
    for (let index = count; index >= 1; index--) if (number(yield ['GET', `a${index}`]) === 0) return;
  };
  const count1 = (index: number): Body =>
    function* () {
      const value = number(yield ['GET', `a${index}`]);
      yield ['SET', `a${index + 1}`, String(value + 1)];
    };
  return { name: `lastzero(${count})`, workers: [search, ...times(count, count1)] };
}

/** The example of the POPL 2014 paper on which source sets alone explore too much. */
export function popl14(): Program {
  return {
    name: "POPL'14",
    workers: [
      function* () {
        yield ['SET', 'x', '1'];
      },
      function* () {
        yield ['SET', 'y', '1'];
      },
      function* () {
        if (number(yield ['GET', 'y']) === 0) yield ['SET', 'z', '1'];
      },
      function* () {
        if (number(yield ['GET', 'z']) === 0) return;
        if (number(yield ['GET', 'y']) === 0) yield ['SET', 'x', '2'];
      },
    ],
  };
}

/** Workers that read a counter and write it back, so many times. */
export function lostUpdate(workers: number, loops: number): Program {
  const body: Body = function* () {
    for (let loop = 0; loop < loops; loop++) {
      const value = number(yield ['GET', 'c']);
      yield ['SET', 'c', String(value + 1)];
    }
  };
  return { name: `lost update ${workers}×${loops}`, workers: times(workers, () => body) };
}

/** The same once, between two writes to keys that nobody else touches. */
export function lostUpdatePrivate(workers: number): Program {
  const body = (index: number): Body =>
    function* () {
      yield ['SET', `hb${index}`, '1'];
      const value = number(yield ['GET', 'c']);
      yield ['SET', 'c', String(value + 1)];
      yield ['SET', `done${index}`, '1'];
    };
  return { name: `lost update with private keys ${workers}`, workers: times(workers, body) };
}

/** A lock that is tried once; who gets it adds to a counter. */
export function nxLock(workers: number): Program {
  const body = (index: number): Body =>
    function* () {
      if ((yield ['SET', 'lock', String(index), 'NX']) === null) return;
      const value = number(yield ['GET', 'c']);
      yield ['SET', 'c', String(value + 1)];
      yield ['DEL', 'lock'];
    };
  return { name: `NX lock ${workers}`, workers: times(workers, body) };
}

/** Every worker writes to a key of its own. */
export function disjoint(workers: number, loops: number): Program {
  const body = (index: number): Body =>
    function* () {
      for (let loop = 0; loop < loops; loop++) yield ['SET', `k${index}`, String(loop)];
    };
  return { name: `disjoint ${workers}×${loops}`, workers: times(workers, body) };
}

/** Every worker increments one counter: no two steps commute. */
export function increments(workers: number, loops: number): Program {
  const body: Body = function* () {
    for (let loop = 0; loop < loops; loop++) yield ['INCR', 'c'];
  };
  return { name: `INCR ${workers}×${loops}`, workers: times(workers, () => body) };
}

/** A program and what is known of it; undefined where it was never counted. */
export interface Oracle {
  readonly program: Program;
  readonly interleavings: number | undefined;
  readonly classes: number;
  /** Executions that source-DPOR starts in vain. */
  readonly sourceBlocked: number | undefined;
  /** Executions that a depth-first search with sleep sets starts in vain. */
  readonly sleepBlocked: number | undefined;
}

const oracle = (
  program: Program,
  interleavings: number | undefined,
  classes: number,
  sourceBlocked: number | undefined,
  sleepBlocked: number | undefined,
): Oracle => ({ program, interleavings, classes, sourceBlocked, sleepBlocked });

export const ORACLES: readonly Oracle[] = [
  oracle(readers(3), 630, 8, 0, 18),
  oracle(readers(6), undefined, 64, 0, undefined),
  oracle(lastzero(3), 920, 12, 1, 18),
  oracle(lastzero(5), undefined, 64, 33, undefined),
  oracle(lastzero(8), undefined, 704, 1611, undefined),
  oracle(popl14(), 69, 5, 5, 11),
  oracle(lostUpdate(2, 1), 6, 4, 0, 0),
  oracle(lostUpdate(3, 1), 90, 36, 0, 0),
  oracle(lostUpdate(2, 2), 70, 34, 0, 0),
  oracle(lostUpdate(4, 1), 2520, 576, 0, 0),
  oracle(lostUpdate(3, 2), 34_650, 7134, 0, 0),
  oracle(lostUpdatePrivate(3), 34_650, 36, 0, 204),
  oracle(nxLock(2), 8, 4, 0, 2),
  oracle(nxLock(3), 78, 24, 0, 14),
  oracle(disjoint(4, 3), undefined, 1, 0, 63),
  oracle(increments(3, 2), 90, 90, 0, 0),
];
