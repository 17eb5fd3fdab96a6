import { UNCAUGHT } from '../../harness/index.js';
import { lab, type Lab } from '../../harness/lab.js';
import {
  doneOnce,
  everyTransaction,
  LOST,
  RESETS,
  RESETS_AND_STRAYS,
  running,
  SILENCE,
  took,
} from './run.js';
import { items } from './tasks.js';
import * as keyInScript from './variants/key-in-script.js';
import { writes as keyLookedUp } from './variants/key-looked-up.js';
import * as plain from './variants/plain.js';
import { retryIdempotent } from './variants/retry-idempotent.js';
import { retrying, retrySix } from './variants/retry-six.js';
import * as unhandled from './variants/unhandled.js';

/** What stands in front of the API forgets a connection on which nothing was asked for so long. */
const IDLE_MS = 3000;
/** The client waits no longer for an answer. */
const PATIENCE_MS = 1000;

export const resetByPeer: Lab = lab({
  id: '08-reset-by-peer',
  title: 'Connection reset by peer',
  exercise: items,
  variants: [
    {
      name: 'unhandled',
      title: 'one reset, and nothing is done about it',
      scenario: running('unhandled', {
        invariants: [],
        writes: plain,
        policy: () => unhandled.policy,
        faults: { kinds: RESETS },
      }),
      expect: { kind: 'breaks', invariant: UNCAUGHT },
    },
    {
      name: 'caught',
      title: 'the error is caught and logged, and the sequence is over',
      scenario: running('caught', {
        writes: plain,
        policy: () => unhandled.policy,
        faults: { kinds: RESETS },
        survives: true,
      }),
      expect: { kind: 'breaks', invariant: everyTransaction.id },
    },
    {
      name: 'idle',
      title: 'no fault, no race: a pause, and a connection that was forgotten meanwhile',
      scenario: running('idle', {
        invariants: [],
        writes: plain,
        policy: () => unhandled.policy,
        forgetsAfterMs: IDLE_MS,
        pause: { before: 'update', forMs: IDLE_MS },
      }),
      expect: { kind: 'breaks', invariant: UNCAUGHT },
    },
    {
      name: 'idle-moved',
      title: 'the same code with the pause one line further down',
      scenario: running('idle-moved', {
        invariants: [],
        writes: plain,
        policy: () => unhandled.policy,
        forgetsAfterMs: IDLE_MS,
        pause: { before: 'delete', forMs: IDLE_MS },
      }),
      expect: { kind: 'breaks', invariant: UNCAUGHT },
    },
    {
      name: 'retry-six',
      title: 'up to six tries, with two resets anywhere',
      scenario: running('retry-six', {
        writes: plain,
        policy: retrySix,
        faults: { kinds: RESETS, budget: 2 },
        mustReach: [took(1), took(2), took(3)],
      }),
      expect: { kind: 'holds' },
    },
    {
      name: 'retry-six-twice',
      title: 'the same, asked what the retries did twice',
      scenario: running('retry-six-twice', {
        until: 'create',
        writes: plain,
        policy: retrySix,
        faults: { kinds: RESETS },
        invariants: [doneOnce],
      }),
      expect: { kind: 'breaks', invariant: doneOnce.id },
    },
    {
      name: 'retry-idempotent',
      title: 'only what HTTP calls idempotent is sent again',
      scenario: running('retry-idempotent', {
        writes: plain,
        policy: retryIdempotent,
        faults: { kinds: RESETS },
        invariants: [everyTransaction, doneOnce],
        survives: true,
      }),
      expect: { kind: 'breaks', invariant: everyTransaction.id },
    },
    {
      name: 'waits-for-ever',
      title: 'nothing is reset: a request or a response is lost in silence, and the client has no timeout',
      scenario: running('waits-for-ever', {
        until: 'create',
        writes: plain,
        policy: retrySix,
        faults: { kinds: SILENCE },
        invariants: [doneOnce],
      }),
      expect: { kind: 'hangs' },
    },
    {
      name: 'times-out',
      title: 'a timeout of the client, and up to six tries',
      scenario: running('times-out', {
        until: 'create',
        writes: plain,
        policy: retrySix,
        patienceMs: PATIENCE_MS,
        faults: { kinds: SILENCE },
        invariants: [doneOnce],
      }),
      expect: { kind: 'breaks', invariant: doneOnce.id },
    },
    {
      name: 'key-looked-up',
      title: 'idempotency keys, looked up before and written down after',
      scenario: running('key-looked-up', {
        until: 'create',
        writes: keyLookedUp,
        policy: retrySix,
        faults: { kinds: RESETS_AND_STRAYS },
        invariants: [doneOnce],
      }),
      expect: { kind: 'breaks', invariant: doneOnce.id },
    },
    {
      name: 'key-in-script',
      title: 'idempotency keys, kept in the step that does the work; the solution',
      scenario: running('key-in-script', {
        writes: keyInScript,
        policy: retrySix,
        faults: { kinds: RESETS_AND_STRAYS, budget: 1 },
        invariants: [everyTransaction, doneOnce],
        mustReach: [took(1), took(2)],
      }),
      expect: { kind: 'holds' },
      solution: true,
    },
    {
      name: 'times-out-by-key',
      title: 'the timeout and one more try, with such keys',
      scenario: running('times-out-by-key', {
        until: 'create',
        writes: keyInScript,
        // Each try may outlast the client: with six of them there are more orders than anybody wants to wait for.
        policy: (tried) => retrying(tried, 2),
        patienceMs: PATIENCE_MS,
        faults: { kinds: LOST },
        invariants: [doneOnce],
        survives: true,
        mustReach: [took(1), took(2)],
      }),
      expect: { kind: 'holds' },
      solution: true,
    },
  ],
});
