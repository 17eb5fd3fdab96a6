import { count } from '../../base/text.js';
import { real } from '../../clock/globals.js';
import type { Environment } from '../../execution/host/environment.js';
import { execute, type ExecutionResult } from '../../execution/execution.js';
import type { Scenario } from '../../scenario/types.js';
import { Exhaustive } from '../exhaustive/exhaustive.js';
import { DEFAULT_DELAYS, DEFAULT_SEED } from '../options.js';
import { Tape } from '../tape/tape.js';
import type { ExecutionTree, Leaf } from './execution-tree.js';
import { WatchedSearch } from './watched-search.js';

/** How far to go. @internal */
export interface TreeLimits {
  /** Executions at most on the tree. */
  readonly executionsMax: number;
  /** Steps at most of all executions together. */
  readonly stepsMax: number;
  /** Real time at which it ends, on the clock of `real.now()`. */
  readonly untilMs: number;
  /** 1-based workers that do not take part. */
  readonly skip?: readonly number[];
  /** Of the random numbers of the workers. Default: 1. */
  readonly seed?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs the exhaustive search of a scenario, past everything that breaks, and keeps its tree: each point at which there was
 * something to choose, and what the search did there.
 *
 * @throws what `execute` throws when the lab cannot go on; the reason of the signal
 * @internal
 */
export async function exploreTree(
  environment: Environment,
  scenario: Scenario,
  bounds: TreeLimits,
): Promise<ExecutionTree> {
  const { skip = [], seed = DEFAULT_SEED, signal } = bounds;
  let search!: WatchedSearch;
  let leaves: Leaf[] = [];
  let ran = 0;
  let endedBy = '';
  const limits = { fault: scenario.faults.budget, delay: DEFAULT_DELAYS };
  const strategy: Exhaustive = new Exhaustive(limits, (within) => {
    leaves = [];
    return (search = new WatchedSearch(within, () => strategy.observer.now.stage.steps.length));
  });
  const { observer } = strategy;
  try {
    while (strategy.start() !== undefined) {
      endedBy = boundOf(leaves, bounds);
      if (endedBy !== '') break;
      signal?.throwIfAborted();
      const options = { chooser: strategy, observer, seed, skip };
      const result = await execute(environment, scenario, options);
      ran += 1;
      // What is wrong is no reason to stop: a search that has more to learn begins anew all the same.
      await strategy.learn({ ...result, finding: undefined });
      const leaf = leafOf(result, leaves.length + 1, skip);
      if (search.note(leaf)) leaves.push(leaf);
    }
  } finally {
    await strategy.close();
  }
  const { root } = search;
  const { complete, bounds: within } = strategy.status;
  return { root, leaves, complete, bounds: within, endedBy, lost: ran - leaves.length };
}

/** The bound that was reached; empty where none was. */
function boundOf(leaves: readonly Leaf[], { executionsMax, stepsMax, untilMs }: TreeLimits): string {
  if (leaves.length >= executionsMax) return count(executionsMax, 'execution');
  const steps = leaves.reduce((sum, leaf) => sum + leaf.steps, 0);
  if (steps >= stepsMax) return `${count(stepsMax, 'step')} of all executions together`;
  return real.now() < untilMs ? '' : 'the time that it may take';
}

function leafOf(result: ExecutionResult, execution: number, skip: readonly number[]): Leaf {
  const { finding, capped, abandoned, steps } = result;
  const [kind, what] =
    finding !== undefined
      ? ([finding.kind, finding.id] as const)
      : abandoned
        ? (['given up', ''] as const)
        : capped === undefined
          ? (['passes', ''] as const)
          : (['incomplete', capped] as const);
  return { execution, kind, what, tape: Tape.of(result, skip).toString(), steps: steps.length };
}
