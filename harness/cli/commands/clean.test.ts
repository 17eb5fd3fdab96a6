import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { useCommandLine } from '../testing/command-line.js';

const fake = useCommandLine();
const { cli, refused } = fake;

describe('clean', () => {
  test('removes the reports of the last run, and says what else went', async () => {
    await cli(`run --out ${join(fake.folder, 'latest')}`);
    const { code, out, err } = await cli(`clean --out ${join(fake.folder, 'latest')}`);
    expect(code).toBe(0);
    expect(err).toBe('');
    expect(out.replace(fake.folder, 'FOLDER')).toBe(
      'removed reports FOLDER/latest\nremoved cache /somewhere (1.0 MB)\n',
    );
    expect(await readdir(fake.folder)).toEqual([]);
    expect((await cli(`clean --out ${join(fake.folder, 'latest')}`, { cleaned: { removed: [] } })).out).toBe(
      'nothing to remove\n',
    );
  });

  test("leaves a folder with somebody else's files alone", async () => {
    await writeFile(join(fake.folder, 'mine.txt'), 'mine');
    expect(await refused(`clean --out ${fake.folder}`)).toContain(fake.folder);
    expect(await readdir(fake.folder)).toEqual(['mine.txt']);
  });

  test('says what could not be removed', async () => {
    const { code, err } = await cli('clean --out /nonexistent', {
      cleaned: { problems: ['image x: in use'] },
    });
    expect(code).toBe(2);
    expect(err).toBe('race-lab: cannot remove image x: in use\n');
  });
});
