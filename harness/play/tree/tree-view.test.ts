import { afterAll, beforeAll, expect, test } from 'vitest';
import { noLostUpdate } from '../../check/invariants.js';
import { Environment } from '../../execution/host/environment.js';
import { exploreTree, type TreeLimits } from '../../explore/tree/explore-tree.js';
import { scenario } from '../../scenario/scenario.js';
import type { Scenario } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';
import { treeView, type SegmentView, type TreeView } from './tree-view.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

/** Two workers that are not the same function, so that nobody takes them for alike. */
const counting = scenario({
  name: 'counting',
  workers: [
    ({ redis, operation }) =>
      operation('increment', async () => {
        await redis.set('c', Number(await redis.get('c')) + 1);
      }),
    async ({ redis, operation }) => {
      await redis.get('other');
      await operation('increment', async () => {
        const found = Number(await redis.get('c'));
        await redis.set('c', found + 1);
      });
    },
  ],
  invariants: [noLostUpdate({ key: 'c' })],
});

const tree = async (of: Scenario, limits: Partial<TreeLimits> = {}): Promise<TreeView> =>
  treeView(
    'lab/level',
    await exploreTree(environment, of, {
      ...{ executionsMax: 100, stepsMax: 10_000, untilMs: Infinity },
      ...limits,
    }),
  );

function lines({ steps, branches, notTaken, leaf }: SegmentView, indent = ''): string[] {
  const others = (all: SegmentView['notTaken']): string[] =>
    all.map(({ worker, label, reason }) => `${indent}╳ ${worker}: ${label}, ${reason}`);
  return [
    ...steps.flatMap((step) => [
      `${indent}${step.n} ${step.worker}: ${step.label}`,
      ...others(step.notTaken),
    ]),
    ...(leaf === null ? [] : [`${indent}= ${leaf.execution} ${leaf.text} (${leaf.tape})`]),
    ...others(notTaken),
    ...branches.flatMap((branch) => lines(branch, `${indent}| `)),
  ];
}

test('shows what was run, and why everything else need not be', async () => {
  const { summary, notes, root } = await tree(counting);
  expect(summary).toBe('all 4 executions with no fault: 2 wrong. 3 branches not taken.');
  expect(notes).toHaveLength(1);
  await expect(`${lines(root!).join('\n')}\n`).toMatchFileSnapshot('golden/counting.txt');
});

test('says which bound it reached, and never that it is complete', async () => {
  const { summary, notes, root } = await tree(counting, { executionsMax: 2 });
  expect(summary).toBe(
    '2 executions with no fault, and then the bound was reached: 2 executions. There may be more: 1 wrong. 3 branches not taken.',
  );
  expect(notes).toEqual([]);
  await expect(`${lines(root!).join('\n')}\n`).toMatchFileSnapshot('golden/counting-cut.txt');
});

test('takes a worker that does not take part for gone', async () => {
  const { summary, root } = await tree(counting, { skip: [2] });
  expect(summary).toBe('the only execution with no fault: 0 wrong. 0 branches not taken.');
  expect(lines(root!)).toEqual(['1 w1: GET c', '2 w1: SET c 1', '= 1 nothing wrong (calm)']);
});
