import { mutualExclusion, noGhostLock, type FaultKind, type Scenario } from '../../../../harness/index.js';
import type { Variant } from '../../../../harness/lab.js';
import { sharing } from '../../design.js';
import { processedOnce, unavailableIsSaid } from '../../promises.js';
import { PROCESS_7, processSevenOnce } from '../../requests.js';
import { serving } from '../../scenarios.js';
import { globalHandler } from '../handling/global-handler.js';
import { retrying } from '../waiting/retries.js';
import { assumesItFailed, carriesOn, looksForToken, readsBack } from './guesses.js';
import { byIdempotencyKey } from './idempotency-key.js';
import { underLock, type Guess } from './under-lock.js';

/** The command never left, or its reply was lost: the error is the same. */
const LOST: readonly FaultKind[] = ['reset-before-send', 'reset-after-apply'];

/** Two requests want to process one item, and a lock decides. */
const locking = (name: string, guess: Guess, kinds: readonly FaultKind[] = LOST): Scenario =>
  serving(
    name,
    { process: underLock(guess), onError: globalHandler },
    {
      requests: [PROCESS_7, PROCESS_7],
      faults: { kinds: kinds.map((kind) => ({ kind, at: { worker: 1 } }) as never) },
      invariants: [mutualExclusion(), noGhostLock({ key: 'lock:item:7' })],
    },
  );

/** Did it complete before the error? */
export const unknownOutcome: readonly Variant[] = [
  {
    name: 'carries-on',
    title: 'did we get the lock? Carry on as if',
    scenario: locking('carries-on', carriesOn),
    expect: { kind: 'breaks', invariant: 'mutual exclusion' },
  },
  {
    name: 'assumes-it-failed',
    title: 'did we get the lock? An error is a no',
    scenario: locking('assumes-it-failed', assumesItFailed),
    expect: { kind: 'breaks', invariant: 'no ghost lock' },
  },
  {
    name: 'reads-back',
    title: 'did we get the lock? If there is one',
    scenario: locking('reads-back', readsBack),
    expect: { kind: 'breaks', invariant: 'mutual exclusion' },
  },
  {
    name: 'looks-for-token',
    title: 'did we get the lock? If it holds our token',
    scenario: locking('looks-for-token', looksForToken),
    expect: { kind: 'holds' },
  },
  {
    name: 'looks-too-early',
    title: 'the same, and the command lands after the question',
    scenario: locking('looks-too-early', looksForToken, ['zombie-request']),
    expect: { kind: 'breaks', invariant: 'no ghost lock' },
  },
  {
    name: 'idempotency-key',
    title: 'nobody asks: the request may be repeated',
    scenario: serving(
      'idempotency-key',
      {
        use: (connect) => retrying(sharing(connect)),
        process: byIdempotencyKey,
        onError: globalHandler,
      },
      {
        requests: [processSevenOnce('a'), processSevenOnce('b')],
        faults: { kinds: [...LOST, 'zombie-request'].map((kind) => ({ kind, at: { worker: 1 } }) as never) },
        invariants: [processedOnce, unavailableIsSaid],
      },
    ),
    expect: { kind: 'holds' },
  },
];
