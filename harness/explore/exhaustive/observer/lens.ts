import { historyLens } from '../../../check/history-lens.js';
import type { History } from '../../../check/history.js';
import type { Stage } from '../../../execution/stage/stage.js';
import { mayLookAtTime } from '../../footprints/time-left.js';
import type { Aspects } from './aspects.js';

/**
 * What an invariant is given as the history, so that it shows what it looks at there, and in the store.
 *
 * @param invariant - its name
 * @param looks - is called when it looks at anything
 * @internal
 */
export function lensOf(
  { environment, scenario, history }: Stage,
  aspects: Aspects,
  invariant: string,
  looks: (() => void) | undefined,
): History {
  const timeless = scenario.invariants.find(({ id }) => id === invariant)?.timeless === true;
  environment.onInspected =
    timeless && looks === undefined
      ? undefined
      : (command) => {
          looks?.();
          if (!timeless && mayLookAtTime(command)) aspects.mindTime();
        };
  const lens = historyLens(history, (kind, name) => aspects.look(invariant, kind, name));
  return looks === undefined ? lens : telling(lens, looks);
}

/** The same history, which tells that it is looked at. */
function telling(history: History, looks: () => void): History {
  return new Proxy(history, {
    get(target, property) {
      looks();
      return Reflect.get(target, property) as unknown;
    },
  });
}
