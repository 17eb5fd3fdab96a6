import { invariant, type Invariant, type Operation } from '../../harness/index.js';
import type { Api } from './api.js';
import { itemKey, type Item } from './items.js';
import { BYSTANDER, PROCESS, type Answer } from './requests.js';

/** What requests were answered. One that never was is a finding of its own. */
function answers(operations: readonly Operation[]): readonly Answer[] {
  return operations.flatMap(({ value }) => (value === undefined ? [] : [value as Answer]));
}

const shown = ({ status, body }: Answer): string => `${status} ${body}`;
const UNAVAILABLE = shown({ status: 503, body: '{"error":"unavailable"}' });

/** A request that never touched what failed gets its own answer, as on any other day. */
export const bystandersAreServed: Invariant = invariant('bystanders are served', ({ history }) => {
  for (const answer of answers(history.named(BYSTANDER))) {
    const expected = shown({ status: 200, body: answer.expected! });
    if (shown(answer) !== expected) return { expected, observed: shown(answer) };
  }
  return undefined;
});

/** Redis is not there: that is a 503 in JSON, and says nothing that a stranger should not read. */
export const unavailableIsSaid: Invariant = invariant('a lost connection is a 503', ({ history }) => {
  for (const answer of answers(history.operations)) {
    if (answer.status >= 500 && shown(answer) !== UNAVAILABLE)
      return { expected: UNAVAILABLE, observed: shown(answer) };
  }
  return undefined;
});

/** Item 7 is processed once for each request that was told so, and no more often than it was asked for. */
export const processedOnce: Invariant = invariant('processed once', async ({ redis, history }) => {
  const requests = history.named(PROCESS);
  const told = answers(requests).filter(({ status }) => status === 200).length;
  const { processed }: Item = JSON.parse((await redis.get(itemKey('7'))) ?? '{"processed":0}');
  if (processed >= told && processed <= requests.length) return undefined;
  return { expected: `${told} to ${requests.length} times`, observed: `${processed} times` };
});

/** Nobody waits for an answer for longer than this, in virtual time. */
export const answeredWithin = (limitMs: number): Invariant =>
  invariant('answered in time', ({ history }) => {
    for (const { value, startMs, endMs } of history.operations) {
      const tookMs = (endMs ?? startMs) - startMs;
      if (tookMs <= limitMs) continue;
      return { expected: `within ${limitMs} ms`, observed: `${shown(value as Answer)} after ${tookMs} ms` };
    }
    return undefined;
  });

interface Failures {
  readonly failures: number;
  readonly openMs: number;
}

/** When so many requests have failed, those that come within `openMs` are refused without waiting for the same. */
export const refusedAfter = ({ failures, openMs }: Failures): Invariant =>
  invariant('nobody waits for what keeps failing', ({ history }) => {
    const failed = history.operations
      .flatMap(({ value, start, startMs, end, endMs }) =>
        (value as Answer | undefined)?.status === 503 ? [{ start, startMs, end, endMs }] : [],
      )
      .toSorted((one, other) => one.end - other.end);
    const last = failed[failures - 1];
    if (last === undefined) return undefined;
    const waited = failed.find(
      ({ start, startMs, endMs }) => start > last.end && startMs < last.endMs + openMs && endMs > startMs,
    );
    if (waited === undefined) return undefined;
    return {
      expected: `refused at once: ${failures} requests had failed by then`,
      observed: `it waited for ${waited.endMs - waited.startMs} ms, and failed`,
    };
  });

/** As pino counts its levels. */
const ERROR = 50;

/** Every 503 and every 500 is in the log with a stack; of the latter a monitoring tool hears, and of nothing else. */
export const errorsAreKept = (api: () => Api): Invariant =>
  invariant('errors are logged, mistakes are reported', ({ history }) => {
    const { log, events } = api();
    const count = (status: number): number =>
      answers(history.operations).filter((answer) => answer.status === status).length;
    const traces = log.filter(
      ({ level, err }) => level >= ERROR && err?.stack.includes('\n    at ') === true,
    );
    const reports = events.filter(({ exception: { value, stack } }) => stack.includes(value));
    const [expected, observed] = [
      `${count(500) + count(503)} traces, ${count(500)} events`,
      `${traces.length} traces, ${reports.length} events`,
    ];
    return expected === observed ? undefined : { expected, observed };
  });
