/** The part of the state of jest-circus that is needed. */
interface CircusState {
  readonly testTimeout?: number;
  readonly currentlyRunningTest?: { readonly timeout?: number; readonly startedAt?: number | null } | null;
}

/** Where `jest.setTimeout` leaves its number. */
const SET_TIMEOUT = Symbol.for('TEST_TIMEOUT_SYMBOL');
/** Where jest-circus, the runner of Jest since version 27, keeps its state. */
const STATE = 'JEST_STATE_SYMBOL';

/** How long tests may take in Jest. @internal */
export interface JestLimits {
  /** What tests of this file may take, in ms; undefined where nobody can tell. */
  readonly ownMs: number | undefined;
  /** What the test that is running may take, in ms; undefined where nobody can tell. */
  readonly testMs: number | undefined;
  /** When that test began, in ms since 1970; undefined outside of any. */
  readonly startedAt: number | undefined;
}

/** What Jest says of its limits. It has no public way to ask for them, so all of it may be missing. @internal */
export function jestLimits(): JestLimits {
  const key = Object.getOwnPropertySymbols(globalThis).find(({ description }) => description === STATE);
  const state = key === undefined ? undefined : (globalThis as Readonly<Record<symbol, CircusState>>)[key];
  const set = (globalThis as { readonly [SET_TIMEOUT]?: unknown })[SET_TIMEOUT];
  const ownMs = typeof set === 'number' ? set : state?.testTimeout;
  const test = state?.currentlyRunningTest;
  return { ownMs, testMs: test?.timeout ?? ownMs, startedAt: test?.startedAt ?? undefined };
}
