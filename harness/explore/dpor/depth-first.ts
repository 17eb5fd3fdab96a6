import type { Event } from '../events/event.js';
import type { PathNode } from './part.js';
import { TreeSearch } from './tree-search.js';

/**
 * Depth-first search over everything that is possible, with sleep sets (Godefroid, LNCS 1032, 1996) or without.
 * Kept as a reference for tests of the others.
 *
 * @internal
 */
export class DepthFirstSearch extends TreeSearch {
  override readonly name = 'depth-first';

  constructor(override readonly sleepSets: boolean) {
    // Everything possible is tried anyway.
    super({ fault: 0, delay: 0 });
  }

  protected override open(node: PathNode, options: readonly Event[]): void {
    const skip = new Set([...node.sleep, node.chosen].map(({ key }) => key));
    for (const event of options) if (!skip.has(event.key)) node.wakeup.push({ event, children: [] });
  }
}
