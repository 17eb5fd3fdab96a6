import type { SuiteCache } from '../../adapters/suite-adapter.js';

/** Why hazards about changes do not apply. @internal */
export function unlessItChanges({ update, invalidate }: SuiteCache): string | undefined {
  return update === undefined && invalidate === undefined ? 'nobody can tell it of a change' : undefined;
}
