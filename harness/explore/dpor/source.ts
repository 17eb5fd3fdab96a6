import type { Trace } from '../events/event.js';
import { races } from './races.js';
import type { PathNode } from './part.js';
import { TreeSearch } from './tree-search.js';
import { isInitial } from './wakeup-tree.js';

/**
 * Source-DPOR (Abdulla, Aronis, Jonsson, Sagonas, POPL 2014, algorithm 1): runs every class once, but starts
 * executions in vain besides. Kept as a reference for tests of the optimal one.
 *
 * @internal
 */
export class SourceSearch extends TreeSearch {
  override readonly name = 'source';

  protected override learn(trace: Trace, path: readonly PathNode[]): void {
    for (const { at, sequence } of races(trace, 'second', this.limits)) {
      const { sleep, wakeup } = path[at]!;
      const known = [...sleep, ...wakeup.map(({ event }) => event)];
      if (known.some((event) => isInitial(event, sequence))) continue;
      wakeup.push({ event: sequence.find((event) => isInitial(event, sequence))!, children: [] });
    }
  }
}
