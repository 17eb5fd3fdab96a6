/** The part of the state of jest-circus that is needed. */
interface CircusState {
  readonly testTimeout?: number;
  readonly currentlyRunningTest?: { readonly timeout?: number } | null;
}

/** Where `jest.setTimeout` leaves its number. */
const SET_TIMEOUT = Symbol.for('TEST_TIMEOUT_SYMBOL');
/** Where jest-circus, the runner of Jest since version 27, keeps its state. */
const STATE = 'JEST_STATE_SYMBOL';

/** What tests of this file may take, in ms; undefined where nobody can tell. @internal */
export function ownLimitMs(): number | undefined {
  const set = (globalThis as { readonly [SET_TIMEOUT]?: unknown })[SET_TIMEOUT];
  return typeof set === 'number' ? set : state()?.testTimeout;
}

/** What the test that is running may take, in ms; undefined where nobody can tell. @internal */
export function testLimitMs(): number | undefined {
  return state()?.currentlyRunningTest?.timeout ?? ownLimitMs();
}

/** Jest has no public way to ask for it, so it may be missing. */
function state(): CircusState | undefined {
  const key = Object.getOwnPropertySymbols(globalThis).find(({ description }) => description === STATE);
  return key === undefined ? undefined : (globalThis as Readonly<Record<symbol, CircusState>>)[key];
}
