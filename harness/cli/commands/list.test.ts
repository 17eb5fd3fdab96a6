import { describe, expect, test } from 'vitest';
import { widthOf } from '../../base/text.js';
import type { Lab } from '../../scenario/lab.js';
import { LABS } from '../testing/fake-lab.js';
import { useCommandLine } from '../testing/command-line.js';

const { cli, refused } = useCommandLine();

describe('list', () => {
  test('is an overview first', async () => {
    const { code, out } = await cli('list');
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "lab          hold  break  hang  about
      01-counting     1      1        Counting
      02-locking                   1  Locking

      2 labs, 3 variants
      what each variant shows: npx race-lab list LAB, or --details for all
      "
    `);
  });

  test('shows variants and what is expected of those that are named, or of all', async () => {
    const { code, out } = await cli('list --details');
    expect(code).toBe(0);
    const one = await cli('list 01/incr');
    expect([one.code, one.out]).toEqual([0, '01-counting  Counting\n  incr  holds  INCR\n']);
    const two = await cli('list counting 02-locking --json');
    expect((JSON.parse(two.out) as { labs: unknown[] }).labs).toHaveLength(2);
    expect(await refused('list 03')).toBe('unknown lab "03" (list shows them all)');
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
    const { out } = await cli('list --details', { columns: 40 });
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
    expect((await cli('list 01/incr', { labs })).out).toMatch(/^ {2}incr +holds +INCR$/m);
    const both = (await cli('list 01/incr 01/get-set', { labs })).out;
    expect(both).toContain('  incr ');
    expect(both).toContain('  get-set ');
    expect((await cli('list --json --solutions', { labs })).out).toContain('"incr"');
  });

  test('--json is JSON whatever a title holds', async () => {
    const labs = [{ ...LABS[0]!, title: 'one\u009b2J\u202etwo' }];
    const { out } = await cli('list --json', { labs });
    expect(out).toContain('one\\u009b2J\\u202etwo');
    expect(JSON.parse(out)).toMatchObject({ labs: [{ title: 'one\u009b2J\u202etwo' }] });
  });

  test('--json', async () => {
    const { format, labs: listed } = JSON.parse((await cli('list --json')).out) as {
      format: number;
      labs: { variants: object[] }[];
    };
    expect(format).toBe(1);
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
