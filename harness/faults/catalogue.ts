import type { FaultDescription } from './description.js';
import { CUT_FAULTS } from './kinds/cut.js';
import { REPLY_FAULTS } from './kinds/replies.js';
import { SILENCE_FAULTS } from './kinds/silence.js';
import { WORKER_FAULTS } from './kinds/workers.js';
import { SERVER_FAULTS } from './server-fault.js';

/**
 * What can go wrong, as the explorer may choose it: the one catalogue that plans, records and people refer to. How
 * each is done is in `execution/faults/`.
 *
 * @public
 */
export const FAULTS = {
  ...CUT_FAULTS,
  ...SILENCE_FAULTS,
  ...REPLY_FAULTS,
  ...WORKER_FAULTS,
  ...SERVER_FAULTS,
} as const satisfies Record<string, FaultDescription>;

export type { FaultDescription };

/**
 * The name of a fault.
 *
 * @public
 */
export type FaultKind = keyof typeof FAULTS;

/**
 * Every fault, in the order in which the explorer offers them.
 *
 * @public
 */
export const FAULT_KINDS = Object.keys(FAULTS) as FaultKind[];

/**
 * The faults of a plan that names none.
 *
 * @public
 */
export const USUAL_FAULTS = FAULT_KINDS.filter((kind) => FAULTS[kind].usual);
