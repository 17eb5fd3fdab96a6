import type { CheckedOperation } from '../calls.js';
import { checkLinearizable, checkSequential } from '../check.js';
import { generated, inEachWorker, inRealTime } from './generated.js';
import { COMPARED } from './references.js';

/** How often a model and the simplest search came to what. @internal */
export interface Compare {
  legal: number;
  illegal: number;
  /** Seeds of histories where they do not agree. */
  readonly wrong: number[];
}

/**
 * Holds so many generated histories against trying every order.
 *
 * @param name - of a model in `COMPARED`
 * @internal
 */
export function compareWithBruteForce(name: string, histories: number): Compare {
  const { model, vocabulary, isLegal } = COMPARED[name]!;
  const counts: Compare = { legal: 0, illegal: 0, wrong: [] };
  for (let seed = 1; seed <= histories; seed++) {
    const history = generated(vocabulary, seed);
    const legal = isLegal(history, inRealTime);
    counts[legal ? 'legal' : 'illegal'] += 1;
    const found = checkLinearizable(history, model).kind;
    const passes = found === 'ok' || found === 'nothing';
    // Where time passes during an operation the model of leases takes whichever moment would do, for each question anew.
    const exact = model.looksAt?.includes('times') !== true || history.every(takesNoTime);
    if (exact ? passes !== legal : legal && !passes) counts.wrong.push(seed);
    if (model.looksAt?.includes('times') === true) continue;
    const inOrder = checkSequential(history, model).kind;
    if ((inOrder === 'ok' || inOrder === 'nothing') !== isLegal(history, inEachWorker))
      counts.wrong.push(-seed);
  }
  return counts;
}

function takesNoTime({ startMs, endMs, outcome }: CheckedOperation): boolean {
  return outcome === 'failed' || (outcome === 'ok' && startMs === endMs);
}
