import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fileProblem, RecordError } from './error.js';
import { readRecord } from './read.js';
import { ReportFolder } from './report-folder.js';
import { writeRecord, writeWhole } from './write.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'race-lab-write-'));
});
afterEach(() => rm(folder, { recursive: true }));

const OURS = new Map([
  ['results.json', '{"tool":{"name":"redis-race-lab"}}'],
  ['records/a.json', '{}'],
]);

test('a record that was written reads the same', async () => {
  const record = await readRecord(new URL('golden/two-holders.json', import.meta.url).pathname);
  const path = join(folder, 'new', 'folder', 'record.json');
  await writeRecord(path, record);
  expect(await readRecord(path)).toEqual(record);
});

test('a file that cannot be written leaves nothing behind, and the old one alone', async () => {
  const path = join(folder, 'taken');
  await mkdir(join(path, 'inside'), { recursive: true });
  const failure = await writeWhole(path, 'text').catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(RecordError);
  expect((failure as Error).message).toMatch(/^cannot write .*taken: this is a folder$/);
  expect(await readdir(folder)).toEqual(['taken']);
});

test('a full disk is named as such', () => {
  expect(
    fileProblem(Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })),
  ).toBe('no space left on the disk');
});

describe('ReportFolder', () => {
  test('creates the folder, and replaces it as a whole', async () => {
    const path = join(folder, 'reports', 'latest');
    await (await ReportFolder.open(path)).replace(OURS);
    await writeFile(join(path, 'stale.json'), '');
    await (await ReportFolder.open(path)).replace(OURS);
    expect((await readdir(path)).sort()).toEqual(['records', 'results.json']);
    expect(await readdir(join(folder, 'reports'))).toEqual(['latest']);
  });

  test('takes an empty folder', async () => {
    await (await ReportFolder.open(folder)).replace(OURS);
    expect(await readFile(join(folder, 'records/a.json'), 'utf8')).toBe('{}');
  });

  test('refuses what somebody else wrote', async () => {
    await writeFile(join(folder, 'thesis.txt'), 'years of work');
    await expect(ReportFolder.open(folder)).rejects.toThrow('it holds files that are no reports');
    await expect(ReportFolder.open(join(folder, 'thesis.txt'))).rejects.toThrow(
      'this is a file, not a folder',
    );
    await expect(ReportFolder.open(join(folder, 'thesis.txt', 'x'))).rejects.toThrow(
      'a part of the path is not a folder',
    );
    await expect(ReportFolder.open('.')).rejects.toThrow('this one is in use');
    await expect(ReportFolder.open('/')).rejects.toThrow('this one is in use');
  });

  test('keeps what was there when the new reports cannot be written', async () => {
    const path = join(folder, 'latest');
    await (await ReportFolder.open(path)).replace(OURS);
    const open = await ReportFolder.open(path);
    const impossible = new Map([...OURS, ['results.json/x', 'a file cannot be a folder']]);
    await expect(open.replace(impossible)).rejects.toThrow(
      `cannot write reports to ${path}: a file is in the way; what was there is as it was`,
    );
    expect((await readdir(path)).sort()).toEqual(['records', 'results.json']);
    expect(await readdir(folder)).toEqual(['latest']);
  });
});
