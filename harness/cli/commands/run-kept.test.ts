/** What a run does with what earlier runs left in the folder of the reports. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Results } from '../../report/results/results.js';
import { useCommandLine } from '../testing/command-line.js';
import { broken, SERVER } from '../testing/fake-lab.js';

const fake = useCommandLine();
const { cli, refused } = fake;

const path = (name: string): string => join(fake.folder, 'latest', name);
const text = (name: string): Promise<string> => readFile(path(name), 'utf8');
const results = async (): Promise<Results> => JSON.parse(await text('results.json')) as Results;
const names = ({ results: all }: Results): string[] => all.map(({ lab, variant }) => `${lab}/${variant}`);
const ALL = ['01-counting/get-set', '01-counting/incr', '02-locking/mixed'];

/** Makes what is there an hour old. */
async function anHourAgo(): Promise<void> {
  const now = await results();
  const ranAt = new Date(Date.parse(now.results[0]!.ranAt!) - 3_600_000).toISOString();
  const entries = now.results.map((entry) => ({ ...entry, ranAt }));
  await writeFile(path('results.json'), JSON.stringify({ ...now, results: entries }, undefined, 2));
}

describe('running one variant', () => {
  test('replaces its own result and record, and leaves the others as they are', async () => {
    await cli('run');
    await anHourAgo();
    const before = await results();
    const record = await text('records/01-counting--get-set.json');
    const { code, out } = await cli('run 01/incr', { verdicts: { incr: broken(fake.lost) } });
    expect(code).toBe(1);
    const after = await results();
    expect(names(after)).toEqual(ALL);
    expect(after.results[0]).toEqual(before.results[0]);
    expect(after.results[2]).toEqual(before.results[2]);
    expect(after.results[1]).toMatchObject({ verdict: 'breaks', outcome: 'not as expected' });
    expect(Date.parse(after.results[1]!.ranAt!)).toBeGreaterThan(Date.parse(before.results[1]!.ranAt!));
    expect(await text('records/01-counting--get-set.json')).toBe(record);
    expect(await readdir(path('records'))).toEqual(['01-counting--get-set.json', '01-counting--incr.json']);
    expect(await text('junit.xml')).toContain(
      '<testsuites name="race-lab" tests="3" failures="1" errors="0"',
    );
    expect(await text('summary.md')).toContain('# Race Lab: Not as expected\n');
    // What was run now decides what is said at the end, and the exit code.
    expect(
      out
        .replaceAll(fake.folder, 'FOLDER')
        .replace(/; [\d.]+ s;/, '; 0.1 s;')
        .split('\n\n')
        .slice(-2)
        .join('\n\n'),
    ).toMatchInlineSnapshot(`
      "   variant  expected  verdict  executions  minimal      ms  ran
      01-counting
      ✓  get-set  breaks    breaks            3  2w 4s 1p 0f  12  1 h ago
      ✗  incr     holds     breaks            3  2w 4s 1p 0f  12  now
      02-locking
      ✓  mixed    hangs     hangs         all 6               12  1 h ago
      all: every execution with at most 2 preemptions and no fault
      minimal: workers, steps, preemptions and faults of the smallest execution found

      1 variant: 0 as expected, 1 not as expected; 0.1 s; Redis 7.0.15 (process, clock
      shim)
      reports: FOLDER/latest
      with 2 results of earlier runs
      "
    `);
  });

  test('that holds now takes the record of its finding away', async () => {
    await cli('run 01', { verdicts: { incr: broken(fake.lost) } });
    expect((await cli('run 01/incr')).code).toBe(0);
    expect(await readdir(path('records'))).toEqual(['01-counting--get-set.json']);
    expect((await results()).results.map(({ record }) => record !== null)).toEqual([true, false]);
  });

  test('is as expected, although something of an earlier run is not', async () => {
    await cli('run 01/incr', { verdicts: { incr: broken(fake.lost) } });
    const { code, out } = await cli('run 02');
    expect(code).toBe(0);
    expect(out).toContain('\n1 variant: 1 as expected; ');
    expect(out).toContain('✗  incr ');
  });

  test('--json prints what was run now, and nothing else', async () => {
    await cli('run');
    const { out } = await cli('run 02 --json');
    expect(names(JSON.parse(out) as Results)).toEqual(['02-locking/mixed']);
    expect(names(await results())).toEqual(ALL);
  });

  test('keeps the order of the lessons, whichever ran first', async () => {
    await cli('run 02');
    await cli('run 01/incr');
    await cli('run 01/get-set');
    expect(names(await results())).toEqual(['01-counting/incr', '01-counting/get-set', '02-locking/mixed']);
  });

  test('says what another Redis, or another version of the lab, came to', async () => {
    await cli('run', {
      startServer: async () => ({
        ...SERVER,
        version: '6.2.1',
        clockMode: 'ttl-shift',
        stop: async () => {},
      }),
    });
    const now = await results();
    const entries = now.results.map((entry) => ({
      ...entry,
      redis: now.redis,
      toolVersion: entry.variant === 'mixed' ? '0.0.9' : entry.toolVersion,
    }));
    await writeFile(path('results.json'), JSON.stringify({ ...now, results: entries }, undefined, 2));
    const { out } = await cli('run 01/incr');
    expect(out.replaceAll(/\s+/g, ' ')).toContain(
      'with 2 results of earlier runs, 2 with Redis 6.2.1 (process, clock ttl-shift), 1 with redis-race-lab 0.0.9',
    );
    expect((await results()).results.map(({ redis, toolVersion }) => [redis.version, toolVersion])).toEqual([
      ['6.2.1', '1.2.3'],
      ['7.0.15', '1.2.3'],
      ['6.2.1', '0.0.9'],
    ]);
  });
});

describe('what is there', () => {
  beforeEach(() => cli('run').then(() => {}));

  test('goes when its variant is gone', async () => {
    const now = await results();
    const gone = { ...now.results[0]!, variant: 'renamed' };
    await writeFile(path('results.json'), JSON.stringify({ ...now, results: [...now.results, gone] }));
    await writeFile(
      path('records/01-counting--renamed.json'),
      await text('records/01-counting--get-set.json'),
    );
    await cli('run 02');
    expect(names(await results())).toEqual(ALL);
    expect(await readdir(path('records'))).toEqual(['01-counting--get-set.json']);
  });

  test('may be of an older version, which said less', async () => {
    const now = await results();
    const later = ['ranAt', 'redis', 'toolVersion', 'scenario', 'workers'];
    const entries = now.results.map((entry) => {
      const { preemptions, faults } = entry.bounds;
      const older = Object.entries(entry).filter(([field]) => !later.includes(field));
      return { ...Object.fromEntries(older), bounds: { preemptions, faults } };
    });
    await writeFile(path('results.json'), JSON.stringify({ ...now, results: entries }));
    const { code, out } = await cli('run 02');
    expect(code).toBe(0);
    expect(out).toMatch(/✓ {2}get-set .* earlier\n/);
    expect((await results()).results.map(({ ranAt }) => ranAt !== null)).toEqual([false, false, true]);
  });

  test.each([
    ['{', 'is not JSON'],
    ['{"tool":{"name":"redis-race-lab"},"format":2}', 'was written by a newer version of the lab'],
    ['{"tool":{"name":"redis-race-lab"},"format":1,"results":1}', 'is damaged: tool.version: '],
  ])('is not lost when it cannot be read: %s', async (damaged, why) => {
    await writeFile(path('results.json'), damaged);
    await mkdir(path('records'), { recursive: true });
    const said = await refused('run 02');
    expect(said).toContain(`${path('results.json')} ${why}`);
    expect(said).toMatch(/move the folder away, or give another one than \S+ with --out$/);
    expect(await text('results.json')).toBe(damaged);
    expect(await readdir(path('records'))).toEqual(['01-counting--get-set.json']);
  });

  test('leads nowhere else, whatever it says', async () => {
    const secret = join(fake.folder, 'secret.json');
    await writeFile(secret, '{"format":1}');
    const now = await results();
    const entries = now.results.map((entry) => ({ ...entry, record: '../secret.json' }));
    await writeFile(path('results.json'), JSON.stringify({ ...now, results: entries }));
    await cli('run 02');
    expect((await results()).results.map(({ record }) => record)).toEqual([
      'records/01-counting--get-set.json',
      null,
      null,
    ]);
    expect(await readFile(secret, 'utf8')).toBe('{"format":1}');
  });

  test('keeps a record that cannot be read, as it is', async () => {
    await writeFile(path('records/01-counting--get-set.json'), '{"format":1,"of":"the future"}');
    expect((await cli('run 02')).code).toBe(0);
    expect(await text('records/01-counting--get-set.json')).toBe('{"format":1,"of":"the future"}');
  });

  test('may have lost a record: the result stays', async () => {
    await rm(path('records/01-counting--get-set.json'));
    expect((await cli('run 02')).code).toBe(0);
    expect(names(await results())).toEqual(ALL);
    expect((await results()).results[0]!.record).toBe(null);
  });
});
