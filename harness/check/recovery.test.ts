import { describe, expect, test } from 'vitest';
import { ScenarioError } from '../scenario/errors.js';
import { scenario } from '../scenario/scenario.js';
import type { OperationOutcome } from './happened.js';
import { History } from './history.js';
import { describeLost, failedAfterFault, lostForGood } from './recovery.js';

const CLOSED = new Error('Connection is closed.');

/** A history from words: `fault`, `over`, or an operation of a worker and how it ended, such as `1 unknown`. */
function historyOf(...events: readonly string[]): History {
  const history = new History();
  for (const event of events) {
    if (event === 'fault')
      history.faults.push({ kind: 'server-stall', start: history.tick(), end: Infinity });
    else if (event === 'over') history.faults.at(-1)!.end = history.tick();
    else {
      const [worker, outcome] = event.split(' ') as [string, OperationOutcome];
      const error =
        outcome === 'unknown' ? { error: CLOSED } : outcome === 'failed' ? { error: new Error('no') } : {};
      const start = history.tick();
      history.operations.push({
        worker: Number(worker),
        name: 'op',
        start,
        startStep: start,
        startMs: 0,
        end: history.tick(),
        endStep: start,
        endMs: 0,
        outcome,
        ...error,
      });
    }
  }
  return history;
}

describe('what a worker may lose after a fault', () => {
  test.each([
    [['1 unknown', '1 unknown'], undefined, 'without a fault there is nothing to recover from'],
    [['fault', '1 unknown', '1 unknown'], undefined, 'while it lasts'],
    [['fault', '1 unknown', 'over', '1 unknown', '1 ok'], undefined, 'the first one may fail'],
    [['fault', 'over', '1 unknown', '2 unknown'], undefined, 'of each worker'],
    [['fault', 'over', '1 unknown', '1 failed'], 1, 'the second must not'],
    [['fault', 'over', '1 ok', '1 failed'], 1, 'even if the first was fine'],
    [['fault', 'over', '1 unknown', 'fault', 'over', '1 unknown'], undefined, 'counted from the last fault'],
  ] as const)('%j: %s lost, %s', (events, lost, _why) => {
    expect(failedAfterFault(historyOf(...events), 1, 'op')?.lost.length).toBe(lost);
    expect(failedAfterFault(historyOf(...events), 1, 'another')).toBeUndefined();
  });

  test.each([
    [['fault', 'over', '1 unknown', '1 unknown', '1 unknown'], 3],
    [['fault', 'over', '1 unknown', '1 unknown', '1 unknown', '1 ok'], undefined],
    [['fault', 'over', '1 unknown', '1 ok', '1 unknown', '1 unknown'], undefined],
    [['fault', 'over', '1 failed', '1 failed', '1 failed'], undefined],
    [['1 unknown', '1 unknown', '1 unknown'], undefined],
  ] as const)('%j: %s lost for good', (events, lost) => {
    expect(lostForGood(historyOf(...events), 2)?.lost.length).toBe(lost);
  });

  test('should be told in one line', () => {
    const lost = lostForGood(historyOf('fault', 'over', '2 unknown'), 0)!;
    expect(describeLost(lost)).toBe(
      'w2 lost an operation after server-stall was over, the last one, "op", with Error: Connection is closed.',
    );
  });

  test('should be a number that makes sense', () => {
    expect(() => scenario({ name: 's', workers: [], invariants: [], recoversWithinOperations: -1 })).toThrow(
      ScenarioError,
    );
  });
});
