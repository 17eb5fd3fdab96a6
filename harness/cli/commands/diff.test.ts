import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { useCommandLine } from '../testing/command-line.js';

const fake = useCommandLine();
const { cli, refused } = fake;

describe('diff', () => {
  let file: string;
  beforeEach(async () => {
    file = join(fake.folder, 'finding.json');
    await writeFile(file, JSON.stringify(fake.lost));
  });

  test('diff: 0 the same, 1 different, 2 unreadable', async () => {
    const other = join(fake.folder, 'other.json');
    await writeFile(other, JSON.stringify({ ...fake.lost, steps: fake.lost.steps.toSpliced(2, 1) }));
    const same = await cli(`diff ${file} ${file}`);
    expect([same.code, same.asked.server]).toEqual([0, undefined]);
    expect(same.out).toContain('✓ The same: all 4 steps, every reply and the verdict.');
    const different = await cli(`diff ${file} ${other}`);
    expect(different.code).toBe(1);
    expect(different.out).toContain("✗ First difference at step 3: in A it is w2's turn, in B w1's.");
    expect(await refused(`diff ${file} ${fake.folder}/none.json`)).toBe(
      `cannot read ${fake.folder}/none.json: no such file`,
    );
    expect((await cli('diff --help')).out).toContain(
      'Exit codes: 0 the same, 1 different, 2 a record cannot be read.',
    );
  });
});
