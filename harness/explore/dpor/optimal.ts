import type { Trace } from '../events/event.js';
import { races } from './races.js';
import type { PathNode } from './part.js';
import { TreeSearch } from './tree-search.js';
import { withBoth } from './two-ways.js';
import { insert, isWeakInitial } from './wakeup-tree.js';

/**
 * Optimal dynamic partial-order reduction with wakeup trees (Abdulla, Aronis, Jonsson, Sagonas: Source Sets: A
 * Foundation for Optimal Dynamic Partial Order Reduction, JACM 64(4), 2017, algorithm 2): runs exactly one
 * execution of each class of executions that differ only in the order of independent steps.
 *
 * Deviations: steps may disable others (see `races`), a step may go in several ways (see `withBoth`), and what `TreeSearch` says.
 *
 * @internal
 */
export class OptimalSearch extends TreeSearch {
  override readonly name = 'exhaustive';

  protected override learn(trace: Trace, path: readonly PathNode[]): void {
    for (const { at, sequence, behind } of races(trace, 'trace', this.limits)) {
      const node = path[at]!;
      const wanted = withBoth(node, sequence, behind);
      if (!node.sleep.some((sleeper) => isWeakInitial(sleeper, wanted))) insert(node.wakeup, wanted);
    }
  }
}
