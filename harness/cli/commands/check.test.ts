import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { widthOf } from '../../base/text.js';
import type { Lab } from '../../scenario/lab.js';
import { exercise } from '../../scenario/lesson/exercise.js';
import { scenario } from '../../scenario/scenario.js';
import { broken, LABS } from '../testing/fake-lab.js';
import { useCommandLine, type Called, type Unusual } from '../testing/command-line.js';
import { spawned } from '../testing/spawned.js';

const fake = useCommandLine();

const check = (name: string) => scenario({ name, workers: async () => {}, invariants: [] });
const wrongFix = (name: string, looks: RegExp) => ({ name, code: {}, looks, hint: `Not by ${name}.` });
const counting: Lab = {
  ...LABS[0]!,
  exercise: exercise({
    file: 'exercise.ts',
    task: 'Count every view.',
    checks: () => [check('two'), check('three')],
    solution: { count: async () => {}, KEY: 'views' },
    wrong: [wrongFix('sleep', /setTimeout/), wrongFix('retry', /for \(/)],
    hints: { 'no lost update': 'Who read what?' },
  }),
};
const labs = [counting, LABS[1]!];

describe('check', () => {
  let mine: string;
  beforeEach(async () => {
    mine = join(fake.folder, 'mine.ts');
    await writeFile(mine, '// setTimeout does not help\nexport const count = again;\n');
  });
  const cli = (args: string, unusual: Unusual = {}): Promise<Called> =>
    fake.cli(args, {
      labs,
      cwd: fake.folder,
      importFile: async () => ({ count: async () => {} }),
      ...unusual,
    });
  const refused = (args: string, unusual: Unusual = {}): Promise<string> =>
    fake.refused(args, { labs, cwd: fake.folder, importFile: async () => ({}), ...unusual });

  test('is done when every check holds', async () => {
    const { code, out, asked } = await cli('check 1 --file mine.ts');
    expect([code, asked.stopped, asked.closed]).toEqual([0, 1, 1]);
    expect(out).toMatchInlineSnapshot(`
      "✓ check 1 of 2: all 6 executions of 2 workers with at most 2 preemptions and
        no fault
      ✓ check 2 of 2: all 6 executions of 2 workers with at most 2 preemptions and
        no fault
      ✓ 01-counting is done: mine.ts
      "
    `);
    expect(asked.explored.map((one) => one.scenario.name)).toEqual(['two', 'three']);
  });

  test('is not at the first that breaks, which is shown with what to think of', async () => {
    const { code, out, asked } = await cli('check 01-counting --file mine.ts', {
      verdicts: { two: broken(fake.lost) },
    });
    expect([code, asked.explored.length]).toEqual([1, 1]);
    expect(out).toMatch(/^✗ not yet, check 1 of 2: breaks "no lost update"\n\n✗ Lost update on counter: /);
    expect(out).toMatch(/\n\nhint: Who read what\?\n$/);
    for (const line of out.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(80);
  });

  test('tells a wrong fix that it recognises why it does not help', async () => {
    await writeFile(mine, 'for (;;) count();\n');
    const { out } = await cli('check 1 --file mine.ts', { verdicts: { three: broken(fake.lost) } });
    expect(out).toMatch(/^✓ check 1 of 2: all 6 executions/);
    expect(out).toMatch(/\n✗ not yet, check 2 of 2: .*\n/);
    expect(out).toMatch(/\n\nhint: Not by retry\.\n$/);
  });

  test.each([
    ['hangs', true, 1, 'A worker waits for something'],
    ['error', false, 1, 'Code that is run twice'],
    // Nothing was at stake: code that does nothing passes like this.
    ['incomplete', true, 1, 'nothing was at stake'],
    // Nobody can tell.
    ['incomplete', false, 2, 'nothing was at stake'],
  ] as const)('%s, complete %s, is exit code %d', async (kind, complete, exitCode, hint) => {
    const { code, out } = await cli('check 1 --file mine.ts', {
      verdicts: { two: { kind, complete, message: 'why' } },
    });
    expect(code).toBe(exitCode);
    expect(out).toContain(`✗ not yet, check 1 of 2: ${kind}: why\n`);
    expect(out.replaceAll(/\s+/g, ' ')).toContain(`hint: `);
    expect(out.replaceAll(/\s+/g, ' ')).toContain(hint);
  });

  test('what cannot be checked is one line, and exit code 2', async () => {
    expect(await refused('check 3')).toBe('unknown lab "3" (list shows them all)');
    expect(await refused('check 2')).toBe('02-locking has no exercise: 01-counting has one');
    expect(await refused('check 1')).toBe(
      'there is no labs/01-counting/exercise.ts here: say where your code is, with --file',
    );
    expect(await refused('check 1 --file none.ts')).toBe('there is no file none.ts');
    expect(await refused('check 1 --file mine.ts')).toBe(
      'mine.ts does not export count, which the exercise is about',
    );
    const importFile = () => Promise.reject(new Error('it throws'));
    expect(await refused('check 1 --file mine.ts', { importFile })).toContain('it throws');
  });

  test('says that it was stopped', async () => {
    const { code, out, err } = await cli('check 1 --file mine.ts', { interruptAt: 'three' });
    expect(code).toBe(2);
    expect(out).toMatch(/^✓ check 1 of 2: /);
    expect(out).not.toContain('check 2');
    expect(err).toContain('race-lab: stopped in check 2 of 2\n');
  });

  test('runs real code on a real Redis', async () => {
    const asItComes = await spawned(['check', 'labs/01-lost-update/']);
    expect([asItComes.code, asItComes.err]).toEqual([1, '']);
    expect(asItComes.out).toContain('✗ Lost update on cart:7: ');
    const answer = 'labs/01-lost-update/answers/sleep.ts';
    const { code, out } = await spawned(['check', 'lost-update', '--file', answer]);
    expect(code).toBe(1);
    expect(out).toContain(answer);
    expect(out).toContain('\nhint: Waiting moves the moment');
  });
});
