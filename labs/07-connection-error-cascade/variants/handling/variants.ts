import type { Variant } from '../../../../harness/lab.js';
import { DESIGNS } from '../../designs.js';
import { bystandersAreServed, errorsAreKept } from '../../promises.js';
import { PROCESS_7, PROCESS_8, READ_PRICE } from '../../requests.js';
import { corruptItems, NO_FAULT, serving } from '../../scenarios.js';

/** Who hears of the error? */
export const handling: readonly Variant[] = [
  {
    name: 'nothing-handled',
    title: 'the work goes on behind the answer, and nobody handles its error',
    scenario: serving('nothing-handled', DESIGNS['nothing-handled']),
    expect: { kind: 'breaks', invariant: 'no uncaught error' },
  },
  {
    name: 'thrown-again',
    title: 'caught, logged, and thrown again',
    scenario: serving('thrown-again', DESIGNS['thrown-again']),
    expect: { kind: 'breaks', invariant: 'no uncaught error' },
  },
  {
    name: 'past-the-handler',
    title: 'a global handler, and work that no request waits for',
    scenario: serving('past-the-handler', DESIGNS['past-the-handler']),
    expect: { kind: 'breaks', invariant: 'no uncaught error' },
  },
  {
    name: 'framework-only',
    title: 'waited for, and left to the framework',
    scenario: serving('framework-only', DESIGNS['framework-only']),
    expect: { kind: 'breaks', invariant: 'a lost connection is a 503' },
  },
  {
    name: 'handled-in-place',
    title: 'waited for, and handled where it happens',
    solution: true,
    scenario: serving('handled-in-place', DESIGNS['handled-in-place']),
    expect: { kind: 'holds' },
  },
  {
    name: 'global-handler',
    title: 'a global handler: a 503 in JSON, and a line in the log with the stack',
    scenario: serving('global-handler', DESIGNS['global-handler'], {
      promises: (api) => [errorsAreKept(api)],
    }),
    expect: { kind: 'holds' },
  },
  {
    name: 'all-else-is-500',
    title: 'the same handler, and mistakes of the program: a 500, and an event',
    scenario: serving('all-else-is-500', DESIGNS['global-handler'], {
      setup: corruptItems,
      requests: [PROCESS_7, PROCESS_8, READ_PRICE],
      faults: NO_FAULT,
      mayNotRace: true,
      invariants: [bystandersAreServed],
      promises: (api) => [errorsAreKept(api)],
    }),
    expect: { kind: 'holds' },
  },
  {
    name: 'client-gives-up',
    title: 'every error is handled, on a client that does not connect again',
    scenario: serving('client-gives-up', DESIGNS['client-gives-up']),
    expect: { kind: 'breaks', invariant: 'bystanders are served' },
  },
];
