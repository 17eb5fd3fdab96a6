import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Results } from '../report/results/results.js';
import { spawned } from './testing/spawned.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'race-lab-main-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the real command', () => {
  test('lists the real labs, and stops quietly when the reader has enough', async () => {
    const all = await spawned(['list']);
    expect([all.code, all.err]).toEqual([0, '']);
    expect(all.out).toMatch(/^lab +hold.*\n01-lost-update {2}/);
    const some = await spawned(['list'], { onOutput: (child) => void child.stdout!.destroy() });
    expect([some.code, some.err]).toEqual([0, '']);
  });

  test('runs a lab on a real Redis, and replays what it found', async () => {
    const reports = join(folder, 'reports');
    const ran = await spawned(['run', '01-lost-update/get-set', '--json', '--out', reports]);
    expect(ran.code).toBe(0);
    const results = JSON.parse(ran.out) as Results;
    expect(results.results[0]).toMatchObject({
      verdict: 'breaks',
      invariant: 'no lost update',
      outcome: 'as expected',
    });
    expect(await readFile(join(reports, 'results.json'), 'utf8')).toBe(ran.out);

    const replayed = await spawned(['replay', join(reports, results.results[0]!.record!), '--times', '3']);
    expect(replayed.code).toBe(0);
    expect(replayed.out).toContain('✓ as recorded 3/3: every step, every reply and the verdict');
    expect(replayed.out).not.toContain('\u001B[');
  });

  test('an address where nothing listens is one line and exit code 2', async () => {
    const { code, out, err } = await spawned([
      'run',
      '--redis',
      'redis://127.0.0.1:1',
      '--out',
      join(folder, 'none'),
    ]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^race-lab: redis:\/\/127\.0\.0\.1:1 does not answer: .*\n$/);
  });

  test('Ctrl-C stops it with a message and exit code 2, and writes nothing', async () => {
    const reports = join(folder, 'stopped');
    const { code, out, err } = await spawned(['run', '--out', reports], {
      onOutput: (child) => void child.kill('SIGINT'),
    });
    expect(code).toBe(2);
    expect(err).toContain('stopping; press Ctrl-C again to stop at once\n');
    expect(err).toMatch(/race-lab: stopped: \d+ of \d+ variants done, .* is as it was\n$/);
    expect(out).not.toContain('reports:');
    await expect(readdir(reports)).rejects.toThrow('ENOENT');
  });
});
