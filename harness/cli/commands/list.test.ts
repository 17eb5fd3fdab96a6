import { describe, expect, test } from 'vitest';
import { widthOf } from '../../base/text.js';
import type { Lab } from '../../scenario/lab.js';
import { LABS } from '../testing/fake-lab.js';
import { useCommandLine } from '../testing/command-line.js';

const { cli } = useCommandLine();

describe('list', () => {
  test('shows labs, variants and what is expected', async () => {
    const { code, out } = await cli('list');
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "01-counting  Counting
        get-set  breaks "no lost update"  GET, add one, SET
        incr     holds                    INCR

      02-locking  Locking
        mixed    hangs                    two different workers
      "
    `);
  });

  test('fits a narrow terminal', async () => {
    const { out } = await cli('list', { columns: 40 });
    for (const line of out.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(40);
    expect(out).toContain('get-set');
    expect(out).not.toMatch(/…$/m);
  });

  test('shows what gives an exercise away only to those who ask', async () => {
    const labs: readonly Lab[] = [
      {
        ...LABS[0]!,
        variants: LABS[0]!.variants.map((one) => ({ ...one, solution: one.name === 'incr' })),
        exercise: {
          file: 'exercise.ts',
          task: 'Count every view.',
          checks: () => [],
          solution: {},
          wrong: [],
        },
      },
    ];
    const { out } = await cli('list', { labs });
    expect(out).toMatchInlineSnapshot(`
      "01-counting  Counting
        get-set  breaks "no lost update"  GET, add one, SET
        exercise: Count every view.
      "
    `);
    expect((await cli('list --json', { labs })).out).not.toContain('"incr"');
    expect((await cli('list --solutions', { labs })).out).toMatch(/^ {2}incr +holds +INCR$/m);
    expect((await cli('list --json --solutions', { labs })).out).toContain('"incr"');
  });

  test('--json', async () => {
    const { labs: listed } = JSON.parse((await cli('list --json')).out) as { labs: { variants: object[] }[] };
    expect(listed[0]!.variants[0]).toEqual({
      name: 'get-set',
      title: 'GET, add one, SET',
      expected: 'breaks',
      expectedInvariant: 'no lost update',
      workers: 2,
      faults: 0,
    });
  });
});
