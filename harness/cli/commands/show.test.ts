import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { useCommandLine } from '../testing/command-line.js';

const fake = useCommandLine();
const { cli } = fake;

describe('show', () => {
  let file: string;
  beforeEach(async () => {
    file = join(fake.folder, 'finding.json');
    await writeFile(file, JSON.stringify(fake.lost));
  });

  test('show prints the finding and the line to replay it', async () => {
    const { code, out, asked } = await cli(`show ${file}`);
    expect([code, asked.server]).toEqual([0, undefined]);
    expect(out).toContain('✗ Lost update on counter');
    expect(out).toContain(`replay     npx race-lab replay ${file}\n`);
  });
});
