import type { Variant } from '../../../../harness/lab.js';
import { DESIGNS } from '../../designs.js';
import { bystandersAreServed } from '../../promises.js';
import { ORDER, PROCESS_7, READ_PRICE, WRITE_7 } from '../../requests.js';
import { corruptItems, NO_FAULT, serving } from '../../scenarios.js';

/** Item 7 is no JSON, which is seen in the middle; meanwhile somebody writes it anew, and somebody else asks for a price. */
const CORRUPT = {
  setup: corruptItems,
  requests: [PROCESS_7, WRITE_7, READ_PRICE],
  faults: NO_FAULT,
  invariants: [bystandersAreServed],
};

/** What does an error leave behind on the connection? */
export const sharedConnection: readonly Variant[] = [
  {
    name: 'half-done-multi',
    title: 'an error between MULTI and EXEC, on the connection of all',
    scenario: serving('half-done-multi', DESIGNS['half-done-multi'], CORRUPT),
    expect: { kind: 'breaks', invariant: 'bystanders are served' },
  },
  {
    name: 'half-done-watch',
    title: 'an error between WATCH and EXEC',
    scenario: serving('half-done-watch', DESIGNS['half-done-watch'], {
      ...CORRUPT,
      requests: [PROCESS_7, WRITE_7, ORDER],
    }),
    expect: { kind: 'breaks', invariant: 'bystanders are served' },
  },
  {
    name: 'at-once',
    title: 'a transaction that is sent in one piece',
    scenario: serving('at-once', DESIGNS['at-once'], CORRUPT),
    expect: { kind: 'holds' },
  },
  {
    name: 'half-done-in-a-pool',
    title: 'half done, on a connection that is nobody else’s and is discarded then',
    scenario: serving('half-done-in-a-pool', DESIGNS['half-done-in-a-pool'], CORRUPT),
    expect: { kind: 'holds' },
  },
];
