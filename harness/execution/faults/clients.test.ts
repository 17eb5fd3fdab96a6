/** What ioredis 6 and node-redis 6 show their caller of every fault: these are facts, not wishes. */
import { constants } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defined } from '../../base/defined.js';
import { sharedServer } from '../../server/index.js';
import { FAULT_KINDS, FAULTS, type FaultKind } from '../../faults/catalogue.js';
import { isServerFault } from '../../faults/server-fault.js';
import type { AimedFault } from '../../faults/spec.js';
import { Environment } from '../host/environment.js';
import { fault, type Deviation } from '../testing/deviations.js';
import { CLIENTS, probe, type ProbeOptions, type Sight } from '../testing/probe.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

const RESET = `ECONNRESET read -${constants.errno.ECONNRESET}`;
const REFUSED = `ECONNREFUSED connect -${constants.errno.ECONNREFUSED}`;
const TIMED_OUT = `ETIMEDOUT read -${constants.errno.ETIMEDOUT}`;
const CLOSED = 'rejected: Connection is closed.';
const UNEXPECTED = 'Socket closed unexpectedly';
const RETRIES =
  'rejected: Reached the max retries per request limit (which is 20). Refer to "maxRetriesPerRequest" option for details.';

type Row = readonly [answer: unknown, errors: readonly string[], stored: string | null];
/** ioredis, ioredis with one attempt, node-redis, node-redis with one attempt. */
type Rows = readonly [Row, Row, Row, Row];

/** All of them see the same. */
const all = (...row: Row): Rows => [row, row, row, row];

/** ioredis sends again what was not answered; node-redis never does. */
function lost(applied: boolean, reset: boolean): Rows {
  const stored = applied ? '1' : null;
  const errors = reset ? [RESET] : [];
  const other: Row = [
    `rejected: ${reset ? 'read ECONNRESET' : UNEXPECTED}`,
    reset ? [RESET] : [UNEXPECTED],
    stored,
  ];
  return [[applied ? 2 : 1, errors, applied ? '2' : '1'], [CLOSED, errors, stored], other, other];
}

const GARBAGE = 'Unknown RESP type 72 "H"';
const [garbledIoredis, garbledNodeRedis]: Row[] = [
  [`rejected: ${GARBAGE}. Please report this.`, [`${GARBAGE}. Please report this.`], '1'],
  // It goes on with the next byte, and waits for the reply that it took for garbage.
  ['pending', [GARBAGE], '1'],
];
const extra = (reply: number): string =>
  `Command queue state error. If you can reproduce this, please report it. Last reply: ${reply}`;
const EXTRA_NODE = "Cannot read properties of undefined (reading 'resolve')";
const TWICE: ProbeOptions['body'] = (client) => client.incrTwice('x');
const incr = (given: FaultKind | AimedFault): Deviation[] => [fault(given, 'INCR')];

interface Case {
  readonly fault: FaultKind | AimedFault;
  readonly sees: Rows;
  readonly body?: ProbeOptions['body'];
  readonly deviations?: Deviation[];
}

const CASES: readonly Case[] = [
  { fault: 'reset-before-send', sees: lost(false, true) },
  { fault: 'reset-after-apply', sees: lost(true, true) },
  { fault: 'close-before-send', sees: lost(false, false) },
  { fault: 'close-after-apply', sees: lost(true, false) },
  { fault: 'truncated-reply', sees: lost(true, false) },
  { fault: { kind: 'truncated-reply', bytes: 2, by: 'reset' }, sees: lost(true, true) },
  // Of `:1\r\n` only the last byte is missing: both decoders do not wait for it.
  { fault: { kind: 'truncated-reply', bytes: 9, by: 'reset' }, sees: all(1, [RESET], '1') },
  {
    fault: 'pipeline-cut',
    body: TWICE,
    sees: [
      [[3, 4], [RESET], '4'],
      [[CLOSED, CLOSED], [RESET], '2'],
      [['rejected: read ECONNRESET', 'rejected: read ECONNRESET'], [RESET], '2'],
      [['rejected: read ECONNRESET', 'rejected: read ECONNRESET'], [RESET], '2'],
    ],
  },
  {
    fault: { kind: 'pipeline-cut', replies: 1 },
    body: TWICE,
    sees: [
      [[1, 'rejected: Command aborted due to connection close'], [RESET], '2'],
      [[1, 'rejected: Command aborted due to connection close'], [RESET], '2'],
      [[1, 'rejected: read ECONNRESET'], [RESET], '2'],
      [[1, 'rejected: read ECONNRESET'], [RESET], '2'],
    ],
  },
  {
    fault: 'zombie-request',
    sees: [
      [2, [RESET], '2'],
      [CLOSED, [RESET], '1'],
      ['rejected: read ECONNRESET', [RESET], '1'],
      ['rejected: read ECONNRESET', [RESET], '1'],
    ],
  },
  { fault: 'black-hole-request', sees: all('pending', [], null) },
  { fault: 'black-hole-reply', sees: all('pending', [], '1') },
  { fault: 'half-open', sees: all('pending', [], null) },
  { fault: 'late-reply', sees: all(1, [], '1') },
  { fault: 'error-reply', sees: all('rejected: LOADING Redis is loading the dataset in memory', [], null) },
  {
    fault: 'garbage-reply',
    sees: [garbledIoredis!, garbledIoredis!, garbledNodeRedis!, garbledNodeRedis!],
  },
  { fault: 'corrupt-integer', sees: all(72, [], '1') },
  { fault: { kind: 'corrupt-integer', digits: '41' }, sees: all(41, [], '1') },
  {
    fault: 'duplicated-reply',
    sees: [
      [1, [extra(1)], '1'],
      [1, [extra(1)], '1'],
      [1, [EXTRA_NODE], '1'],
      [1, [EXTRA_NODE], '1'],
    ],
  },
  {
    // The second command gets the second copy, and its own answer is one too many.
    fault: { kind: 'duplicated-reply', at: { nth: 1 } },
    body: TWICE,
    sees: [
      [[1, 1], [extra(2)], '2'],
      [[1, 1], [extra(2)], '2'],
      [[1, 1], [EXTRA_NODE], '2'],
      [[1, 1], [EXTRA_NODE], '2'],
    ],
  },
  { fault: 'sliced-reply', sees: all(1, [], '1') },
  { fault: { kind: 'sliced-reply', size: 2 }, sees: all(1, [], '1') },
  { fault: 'coalesced-replies', body: TWICE, sees: all([1, 2], [], '2') },
  {
    fault: 'outage',
    sees: [
      [RETRIES, [RESET, ...Array<string>(20).fill(REFUSED)], null],
      [CLOSED, [RESET], null],
      ['rejected: read ECONNRESET', [RESET, REFUSED], null],
      ['rejected: read ECONNRESET', [RESET], null],
    ],
  },
];

/** Two faults, or a fault and what is chosen after it. */
const SILENT_THEN: readonly Case[] = (['black-hole-reply', 'half-open', 'late-reply'] as const).flatMap(
  (kind) => {
    const applied = kind !== 'half-open';
    const ends = [
      ['reset', RESET, 'rejected: read ECONNRESET'],
      ['timeout', TIMED_OUT, 'rejected: read ETIMEDOUT'],
      ['close', undefined, `rejected: ${UNEXPECTED}`],
    ] as const;
    return ends.map(([by, error, rejected]): Case => {
      const stored = applied ? '1' : null;
      const errors = error === undefined ? [] : [error];
      const other: Row = [rejected, error === undefined ? [UNEXPECTED] : errors, stored];
      return {
        fault: kind,
        deviations: [...incr(kind), fault({ kind: 'connection-drop', by, at: { command: 'INCR' } })],
        // Once the connection is gone for the client too, it does what it does after a reset.
        body: (client, { sleep }) => Promise.race([client.incr('x'), sleep(1e6).then(() => 'late')]),
        sees: [[applied ? 2 : 1, errors, applied ? '2' : '1'], [CLOSED, errors, stored], other, other],
      };
    });
  },
);

test('every fault that strikes at a command is here, except for those of the server', () => {
  const here = CASES.map(({ fault: given }) => (typeof given === 'string' ? given : given.kind));
  const atCommands = FAULT_KINDS.filter((kind) => FAULTS[kind].target === 'command' && !isServerFault(kind));
  expect(atCommands.toSorted()).toEqual([...new Set(here)].toSorted());
});

describe.each([...CASES, ...SILENT_THEN])(
  '$fault',
  ({ fault: given, sees, body, deviations = incr(given) }) => {
    test.each(CLIENTS.map((client, at) => [client, sees[at]!] as const))('%s', async (client, row) => {
      const seen = await probe(environment, client, {
        deviations,
        ...defined({ body }),
      });
      const [answer, errors, stored] = row;
      expect(seen).toEqual({ answer, errors, stored } satisfies Sight);
    });
  },
);
