/** The tree of an exhaustive search, as texts for the page. */
import { allOf, count, grouped, harmless } from '../../base/text.js';
import type { Event } from '../../explore/events/event.js';
import type { ExecutionTree, Leaf, TreeBranch, TreePoint } from '../../explore/tree/execution-tree.js';
import type { RunExecution } from '../../explore/tree/same-as.js';
import { boundsText } from '../../record/bounds-text.js';
import { workerName } from '../../report/text/command-text.js';
import { choicesText } from '../level.js';
import { Tape } from '../../explore/tape/tape.js';
import { Equals, type Place } from './equals.js';
import { labelOf, reasonOf, waitsText } from './not-taken.js';

/** A branch that was not taken. @internal */
export interface NotTakenView {
  readonly worker: string;
  readonly label: string;
  readonly reason: string;
  /** The execution that is the same; null where none is named. */
  readonly same: number | null;
}

/** A step of the tree, and what was not done in its place. @internal */
export interface TreeStepView {
  /** Its number in the execution. */
  readonly n: number;
  readonly worker: string;
  readonly label: string;
  readonly notTaken: readonly NotTakenView[];
}

/** An execution: a leaf. @internal */
export interface LeafView {
  readonly execution: number;
  readonly kind: Leaf['kind'];
  readonly text: string;
  /** As the address of the player has it. */
  readonly tape: string;
  readonly steps: number;
}

/** Steps up to the next point where several were taken, or to the end. @internal */
export interface SegmentView {
  readonly steps: readonly TreeStepView[];
  /** Empty at the end of an execution. */
  readonly branches: readonly SegmentView[];
  /** What was not done where it branches. */
  readonly notTaken: readonly NotTakenView[];
  readonly leaf: LeafView | null;
  /** The first execution below it and the last. */
  readonly span: readonly [first: number, last: number];
  /** How many of these are wrong. */
  readonly wrong: number;
}

/** The tree on the page. @internal */
export interface TreeView {
  readonly id: string;
  /** What was run, and within which bounds. */
  readonly summary: string;
  /** What is not on the tree, and how it is to be read. */
  readonly notes: readonly string[];
  /** Branches that were not taken. */
  readonly notTaken: number;
  readonly root: SegmentView | null;
}

/** @internal */
export function treeView(id: string, tree: ExecutionTree): TreeView {
  const writer = new Writer(tree);
  const root = tree.root === undefined ? null : writer.segment(tree.root);
  return { id, ...textsOf(tree, writer.notTaken), notTaken: writer.notTaken, root };
}

function textsOf(
  { leaves, complete, bounds, endedBy, lost }: ExecutionTree,
  notTaken: number,
): Pick<TreeView, 'summary' | 'notes'> {
  const wrong = leaves.filter(isWrong).length;
  const ran = complete ? allOf(leaves.length, 'execution') : count(leaves.length, 'execution');
  const within = complete ? '' : `, and then the bound was reached: ${endedBy}. There may be more`;
  const notes = [
    ...(complete && notTaken > 0
      ? [
          'Steps that do not conflict may be swapped without anybody noticing. A branch that was not taken stands for all executions that ' +
            'begin with it: each is the same as one that was run, in another order. The execution that is named is one of these.',
        ]
      : []),
    ...(lost > 0
      ? [`${count(lost, 'execution')} before showed what else conflicts; then the search began anew.`]
      : []),
  ];
  return {
    summary: `${ran} with ${boundsText(bounds)}${within}: ${grouped(wrong)} wrong. ${count(notTaken, 'branch', 'branches')} not taken.`,
    notes,
  };
}

function isWrong({ kind }: Leaf): boolean {
  return kind === 'breaks' || kind === 'hangs';
}

/** Goes through a tree, and finds a reason for each branch that was not taken. */
class Writer {
  notTaken = 0;
  readonly #equals: Equals;
  readonly #spans = new Map<TreeBranch, readonly [first: number, last: number]>();

  constructor(readonly tree: ExecutionTree) {
    const executions: RunExecution[] = [];
    if (tree.root !== undefined) this.#collect(tree.root, [], executions);
    this.#equals = new Equals(executions);
  }

  /** @param ways - the points above @param first - the step that leads there */
  segment(from: TreePoint, ways: readonly Place[] = [], prefix: readonly Event[] = []): SegmentView {
    const steps: TreeStepView[] = [];
    const events = [...prefix];
    const above = [...ways];
    for (let point = from; ;) {
      const place = this.#placeOf(point, [...events]);
      above.push(place);
      const branches = this.#ended(point);
      const notTaken = this.#notTakenAt(above);
      if (branches.length !== 1) return this.#branching(steps, branches, { above, events, notTaken });
      const [branch] = branches as [TreeBranch];
      steps.push({ ...stepView(point.steps, branch.event), notTaken });
      events.push(branch.event);
      const next = this.#below(branch);
      if (next === undefined) return segmentEnd(steps, branch.leaf);
      point = next;
    }
  }

  #branching(
    steps: readonly TreeStepView[],
    branches: readonly TreeBranch[],
    {
      above,
      events,
      notTaken,
    }: { above: readonly Place[]; events: readonly Event[]; notTaken: NotTakenView[] },
  ): SegmentView {
    const { point } = above.at(-1)!;
    const below = branches.map((branch): SegmentView => {
      const first: TreeStepView = { ...stepView(point.steps, branch.event), notTaken: [] };
      const next = this.#below(branch);
      if (next === undefined) return segmentEnd([first], branch.leaf);
      const rest = this.segment(next, above, [...events, branch.event]);
      return { ...rest, steps: [first, ...rest.steps] };
    });
    return {
      ...{ steps, branches: below, notTaken, leaf: null },
      span: [below.at(0)?.span[0] ?? 0, below.at(-1)?.span[1] ?? 0],
      wrong: below.reduce((sum, { wrong }) => sum + wrong, 0),
    };
  }

  #notTakenAt(ways: readonly Place[]): NotTakenView[] {
    const { point } = ways.at(-1)!;
    const { endedBy } = this.tree;
    const views = point.options.flatMap((option): NotTakenView[] => {
      const taken = point.taken.get(option.key);
      if (taken !== undefined && this.#spans.has(taken)) return [];
      const asleep = point.asleep.has(option.key);
      const planned = point.planned.has(option.key);
      const same = this.#equals.of(option, ways);
      const tried = this.#equals.tried(option, ways);
      const reason = reasonOf({ option, asleep, tried, same, planned, endedBy });
      return [{ ...namesOf(option), reason, same: same?.execution ?? null }];
    });
    const waiting = point.waiting.map((event) => ({
      ...namesOf(event),
      reason: waitsText(event),
      same: null,
    }));
    this.notTaken += views.length + waiting.length;
    return [...views, ...waiting];
  }

  #placeOf(point: TreePoint, prefix: readonly Event[]): Place {
    const spans = new Map(
      [...point.taken].flatMap(([key, branch]) => {
        const span = this.#spans.get(branch);
        return span === undefined ? [] : [[key, span] as const];
      }),
    );
    return { point, spans, prefix };
  }

  /** Branches with an execution that came to an end. */
  #ended({ taken }: TreePoint): TreeBranch[] {
    return [...taken.values()].filter((branch) => this.#spans.has(branch));
  }

  /** The point behind a branch, unless nothing was run from there. */
  #below({ point }: TreeBranch): TreePoint | undefined {
    return point !== undefined && this.#ended(point).length > 0 ? point : undefined;
  }

  /** A depth-first search numbers what lies below a branch without a gap. */
  #collect(point: TreePoint, prefix: readonly Event[], into: RunExecution[]): void {
    for (const branch of point.taken.values()) {
      const events = [...prefix, branch.event];
      const before = into.length;
      const { leaf } = branch;
      // One that was given up is a part of others: nothing is the same as it.
      if (leaf !== undefined)
        into.push({ execution: leaf.execution, events: leaf.kind === 'given up' ? [] : events });
      if (branch.point !== undefined) this.#collect(branch.point, events, into);
      if (into.length > before) this.#spans.set(branch, [before + 1, into.length]);
    }
  }
}

function segmentEnd(steps: readonly TreeStepView[], leaf: Leaf | undefined): SegmentView {
  const execution = leaf?.execution ?? 0;
  return {
    ...{ steps, branches: [], notTaken: [], span: [execution, execution] },
    leaf: leaf === undefined ? null : leafView(leaf),
    wrong: leaf !== undefined && isWrong(leaf) ? 1 : 0,
  };
}

function stepView(before: number, event: Event): Omit<TreeStepView, 'notTaken'> {
  return { n: before + 1, ...namesOf(event) };
}

function namesOf(event: Event): { worker: string; label: string } {
  return { worker: workerName(event.worker), label: labelOf(event) };
}

function leafView({ execution, kind, what, tape, steps }: Leaf): LeafView {
  return {
    ...{ execution, kind, steps },
    text: WORDS[kind](harmless(what)),
    tape: choicesText(Tape.parse(tape).choices),
  };
}

const WORDS: Readonly<Record<Leaf['kind'], (what: string) => string>> = {
  passes: () => 'nothing wrong',
  breaks: (what) => `breaks "${what}"`,
  hangs: (what) => `hangs: "${what}"`,
  incomplete: (what) => `no end: ${what}`,
  'given up': () => 'given up: all that could follow had been run',
};
