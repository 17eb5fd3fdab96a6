import { existsSync } from 'node:fs';
import {
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RecordError } from './error.js';
import { readRecord } from './read.js';
import { ReportFolder } from '../report/results/report-folder.js';
import { checkWritable, writeRecord, writeWhole } from './write.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'race-lab-write-'));
});
afterEach(() => rm(folder, { recursive: true }));

const OURS = new Map([
  ['results.json', '{"tool":{"name":"redis-race-lab"}}'],
  ['records/a.json', '{"format":1}'],
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

test.runIf(existsSync('/dev/full'))(
  'a full disk is named as such, and a device is not replaced',
  async () => {
    await expect(writeWhole('/dev/full', 'text')).rejects.toThrow(
      'cannot write /dev/full: no space left on the disk',
    );
    expect((await stat('/dev/full')).isCharacterDevice()).toBe(true);
  },
);

test('a link stays one, and what it leads to is written', async () => {
  await writeFile(join(folder, 'there'), 'old');
  await symlink('there', join(folder, 'link'));
  await writeWhole(join(folder, 'link'), 'new');
  expect(await readFile(join(folder, 'there'), 'utf8')).toBe('new');
  expect((await lstat(join(folder, 'link'))).isSymbolicLink()).toBe(true);
  expect((await readdir(folder)).sort()).toEqual(['link', 'there']);
});

test('what cannot be written is known before anything takes time', async () => {
  await checkWritable(join(folder, 'new', 'map.json'));
  expect(await readdir(join(folder, 'new'))).toEqual([]);
  await expect(checkWritable(folder)).rejects.toThrow(`cannot write ${folder}: this is a folder`);
  await writeFile(join(folder, 'file'), '');
  await expect(checkWritable(join(folder, 'file', 'map.json'))).rejects.toThrow(
    /^cannot write .*map\.json: a (part of the path is not a folder|file is in the way)$/,
  );
});

describe('ReportFolder', () => {
  test('creates the folder, and replaces it as a whole', async () => {
    const path = join(folder, 'reports', 'latest');
    await (await ReportFolder.open(path)).replace(OURS);
    await writeFile(join(path, 'stale.json'), '');
    await (await ReportFolder.open(path)).replace(OURS);
    expect((await readdir(path)).sort()).toEqual(['records', 'results.json', 'stale.json']);
    expect(await readdir(join(folder, 'reports'))).toEqual(['latest']);
  });

  test("keeps somebody else's files beside the results, wherever they are, and removes only its own", async () => {
    const path = join(folder, 'latest');
    await (await ReportFolder.open(path)).replace(new Map([...OURS, ['records/b.json', '{"format":1}']]));
    await mkdir(join(path, 'photos'));
    await mkdir(join(path, 'unfinished'));
    const theirs = ['photos/a.jpg', 'notes.txt', 'records/notes.txt', 'unfinished/plan.json'];
    for (const name of theirs) await writeFile(join(path, name), 'theirs');
    await symlink(folder, join(path, 'records', 'link.json'));
    const all = async (): Promise<string[]> =>
      (await readdir(path, { recursive: true, withFileTypes: true }))
        .filter((entry) => !entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
        .sort();
    await (await ReportFolder.open(path)).replace(OURS);
    const kept = [...theirs, 'records/link.json'];
    expect(await all()).toEqual([...kept, 'records/a.json', 'results.json'].sort());
    expect(await readdir(folder)).toEqual(['latest']);
    const left = (await ReportFolder.open(path)).remove();
    expect([...left].sort()).toEqual(['notes.txt', 'photos', ...kept.slice(2)].sort());
    expect(await all()).toEqual(kept.sort());
  });

  test('refuses a folder in which only others have something unfinished', async () => {
    await mkdir(join(folder, 'unfinished'));
    await writeFile(join(folder, 'unfinished', 'novel.txt'), 'chapter 1');
    await expect(ReportFolder.open(folder)).rejects.toThrow('it holds files that are no reports');
  });

  test('refuses a link to nothing, and leaves it', async () => {
    const link = join(folder, 'latest');
    await symlink(join(folder, 'unplugged'), link);
    await expect(ReportFolder.open(link)).rejects.toThrow(
      `this is a link to ${join(folder, 'unplugged')}, which is not there`,
    );
    await expect(writeWhole(link, 'x')).rejects.toThrow('this is a link to a place where nothing is');
    expect(await readlink(link)).toBe(join(folder, 'unplugged'));
  });

  test.runIf(existsSync('/proc/self/mountinfo'))('refuses a mount point before anything is run', async () => {
    await expect(ReportFolder.open('/dev/shm')).rejects.toThrow(/a file system is mounted there|no reports/);
  });

  test('ends what a killed process had begun, and leaves what belongs to one that runs', async () => {
    const path = join(folder, 'latest');
    const [gone, here] = ['999999999-0123abcd', `${process.pid}-0123abcd`];
    await mkdir(join(folder, `.latest.${gone}.tmp`, 'records'), { recursive: true });
    await mkdir(join(folder, `.latest.${here}.tmp`));
    await mkdir(join(folder, '.latest.backup.tmp'));
    // Killed between the two renames.
    await (await ReportFolder.open(path)).replace(OURS);
    await writeFile(join(path, 'notes.txt'), 'theirs');
    await rename(path, join(folder, `.latest.${gone}.old`));
    await ReportFolder.open(path);
    expect((await readdir(path)).sort()).toEqual(['notes.txt', 'records', 'results.json']);
    expect((await readdir(folder)).sort()).toEqual(
      ['.latest.backup.tmp', `.latest.${here}.tmp`, 'latest'].sort(),
    );
    await writeFile(join(folder, `.one.json.${gone}.tmp`), 'half');
    await writeWhole(join(folder, 'one.json'), 'whole');
    expect(await readdir(folder)).not.toContain(`.one.json.${gone}.tmp`);
  });

  test('takes an empty folder', async () => {
    await (await ReportFolder.open(folder)).replace(OURS);
    expect(await readFile(join(folder, 'records/a.json'), 'utf8')).toBe('{"format":1}');
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

  test.runIf(existsSync('/proc/self'))('says at once where no folder can be made', async () => {
    for (const path of ['/proc/race-lab', '/proc/race-lab/reports/latest'])
      await expect(ReportFolder.open(path)).rejects.toThrow(`cannot write reports to ${path}: `);
  });

  test('leaves nothing behind where it only looked', async () => {
    await ReportFolder.open(join(folder, 'deep', 'down', 'latest'));
    expect(await readdir(join(folder, 'deep', 'down'))).toEqual([]);
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
