import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { widthOf } from '../../base/text.js';
import { readRecord } from '../../record/read.js';
import type { Results } from '../../report/results/results.js';
import { ServerError } from '../../server/errors.js';
import type { RedisServer } from '../../server/types.js';
import { useCommandLine } from '../testing/command-line.js';
import { broken, SERVER, type Faked } from '../testing/fake-lab.js';

const fake = useCommandLine();
const { cli, refused } = fake;

describe('run', () => {
  test('runs every variant, says what it came to, and writes the reports', async () => {
    const { code, out, err, asked } = await cli('run');
    expect(code).toBe(0);
    expect(err).toBe('');
    expect(out.replace(fake.folder, 'FOLDER').replace(/; [\d.]+ s;/, '; 0.1 s;')).toMatchInlineSnapshot(`
      "✓ 01-counting/get-set breaks "no lost update" as expected: Lost update on count…
      ✓ 01-counting/incr holds as expected: all 6 executions of 2 workers with at most
        2 preemptions and no fault
      ✓ 02-locking/mixed hangs as expected: all 6 executions within the bounds,
        nothing wrong

         variant  expected  verdict  executions  minimal      ms
      01-counting
      ✓  get-set  breaks    breaks            3  2w 4s 1p 0f  12
      ✓  incr     holds     holds         all 6               12
      02-locking
      ✓  mixed    hangs     hangs         all 6               12
      all: every execution with at most 2 preemptions and no fault
      minimal: workers, steps, preemptions and faults of the smallest execution found

      3 variants: 3 as expected; 0.1 s; Redis 7.0.15 (process, clock shim)
      reports: FOLDER/latest
      "
    `);
    for (const line of out.split('\n'))
      if (!line.startsWith('reports:')) expect(widthOf(line)).toBeLessThanOrEqual(80);
    expect(asked.explored.map(({ options }) => options.identity)).toEqual([
      { lab: '01-counting', variant: 'get-set' },
      { lab: '01-counting', variant: 'incr' },
      { lab: '02-locking', variant: 'mixed' },
    ]);
    expect([asked.stopped, asked.closed]).toEqual([1, 1]);
    expect((await readdir(join(fake.folder, 'latest'))).sort()).toEqual([
      'index.html',
      'junit.xml',
      'records',
      'results.json',
      'summary.md',
    ]);
    expect(await readRecord(join(fake.folder, 'latest/records/01-counting--get-set.json'))).toEqual(
      fake.lost,
    );
  });

  test('a verdict that is not the expected one is shown in full, and is exit code 1', async () => {
    const { code, out } = await cli('run 01/incr', { verdicts: { incr: broken(fake.lost) } });
    expect(code).toBe(1);
    expect(out).toContain('✗ 01-counting/incr breaks "no lost update" (expected: holds): Lost update on');
    expect(out).toContain('  1  GET counter → "5"');
    expect(out).toContain(
      `  replay     npx race-lab replay ${fake.folder}/latest/records/01-counting--incr.json\n`,
    );
    expect(out).toContain('1 variant: 0 as expected, 1 not as expected; ');
  });

  test('expected findings are shown in full with -v', async () => {
    expect((await cli('run 01/get-set')).out).not.toContain('replay     ');
    expect((await cli('run 01/get-set -v')).out).toContain('replay     npx race-lab replay ');
  });

  test('a verdict that says nothing is exit code 2, and its message is not cut', async () => {
    const message = `error: ${'a long story '.repeat(20)}`.trim();
    const { code, out } = await cli('run', { verdicts: { incr: { kind: 'error', message } } });
    expect(code).toBe(2);
    expect(out.replaceAll(/\s+/g, ' ')).toContain(`? 01-counting/incr error (expected: holds): ${message}`);
    expect((await cli('run', { verdicts: { mixed: { kind: 'incomplete' } } })).code).toBe(2);
  });

  test('a pass names the planned faults about which it says nothing, once', async () => {
    const needs = 'a reconnect, which another fault has to bring about';
    const incr = { idleFaults: [{ fault: 'refuse-connect', needs } as const] };
    const { code, out } = await cli('run 01/incr', { verdicts: { incr } });
    expect(code).toBe(0);
    expect(out.split('\n\n')[0]).toMatchInlineSnapshot(`
      "✓ 01-counting/incr holds as expected: all 6 executions of 2 workers with at most
        2 preemptions and no fault; refuse-connect never had anything to strike at: it
        needs a reconnect, which another fault has to bring about"
    `);
    expect(out.match(/never had/g)).toHaveLength(1);
    const { results } = JSON.parse((await cli('run 01/incr --json', { verdicts: { incr } })).out) as Results;
    expect(results[0]!.idleFaults).toEqual(incr.idleFaults);
    expect(await readFile(join(fake.folder, 'latest/summary.md'), 'utf8')).toContain(
      '; refuse-connect never had anything to strike at: it needs a reconnect, ',
    );
  });

  test('not as expected outweighs unknown', async () => {
    expect(
      (await cli('run', { verdicts: { incr: broken(fake.lost), mixed: { kind: 'incomplete' } } })).code,
    ).toBe(1);
  });

  test('a variant that cannot be explored does not hide the others', async () => {
    const { code, out, asked } = await cli('run', { verdicts: { 'get-set': new Error('a bug\nsomewhere') } });
    expect(code).toBe(2);
    expect(out).toContain('? 01-counting/get-set error (expected: breaks "no lost update"): unexpected');
    expect(out).toContain('✓ 01-counting/incr holds as expected');
    expect(asked.explored.length).toBe(3);
  });

  test('a server that is gone is said once, and nothing else is tried on it', async () => {
    const message = 'lost Redis: read ECONNRESET; the server process was killed by SIGKILL';
    const faked: Faked = { lost: true, verdicts: { 'get-set': { kind: 'error', message } } };
    const { code, out, asked } = await cli('run', faked);
    expect(code).toBe(2);
    expect(asked.explored.map((one) => one.scenario.name)).toEqual(['get-set']);
    expect(out.match(/lost Redis/g)).toHaveLength(1);
    expect(out).toContain('\n? 2 more variants not run: there is no Redis any more\n');
    expect(out).toContain('3 variants: 0 as expected, 3 unknown');
    const { results } = JSON.parse(
      await readFile(join(fake.folder, 'latest/results.json'), 'utf8'),
    ) as Results;
    expect(results.map((one) => one.message)).toEqual([
      message,
      `not run: ${message}`,
      `not run: ${message}`,
    ]);
  });

  test('--json prints the results and nothing else', async () => {
    const { code, out, err } = await cli('run --json', { verdicts: { incr: broken(fake.lost) } });
    expect(code).toBe(1);
    const results = JSON.parse(out) as Results;
    expect(results.results.map(({ verdict }) => verdict)).toEqual(['breaks', 'breaks', 'hangs']);
    expect(err).toMatch(/^✗ 01-counting\/incr breaks .*\n$/);
    expect(await readFile(join(fake.folder, 'latest/results.json'), 'utf8')).toBe(out);
  });

  test('hands every option on', async () => {
    const options =
      '--strategy systematic --runs 5 --seconds 1.5 --seed 0 --workers 3 --faults 2 --preemptions 0';
    const where = '--redis process --image redis:x --allow-host a --allow-host b';
    const { asked } = await cli(`run 01/get-set ${options} ${where}`);
    expect(asked.explored[0]!.options).toMatchObject({
      strategy: 'systematic',
      runs: 5,
      seconds: 1.5,
      seed: 0,
      preemptions: 0,
    });
    expect(asked.explored[0]!.scenario.workers.length).toBe(3);
    expect(asked.explored[0]!.scenario.faults.budget).toBe(2);
    expect(asked.server).toMatchObject({ redis: 'process', image: 'redis:x', allowHosts: ['a', 'b'] });
  });

  test("without options, the variant's own bounds count", async () => {
    const { asked } = await cli('run 01');
    expect(asked.explored.map(({ options }) => options.preemptions)).toEqual([1, undefined]);
    expect(asked.server).not.toHaveProperty('redis');
  });

  test('--workers leaves variants alone whose workers differ, and says so', async () => {
    const { code, err, asked } = await cli('run --workers 3');
    expect(code).toBe(0);
    expect(err).toContain('--workers 3 is not applied to 02-locking/mixed: the workers differ');
    expect(asked.explored.map((one) => one.scenario.workers.length)).toEqual([3, 3, 2]);
    expect(await refused('run 02 --workers 3')).toContain('--workers 3 does not fit 02-locking/mixed');
  });

  test.each([
    ['run nope', 'unknown lab "nope" (list shows them all)'],
    ['run 01-countin', 'unknown lab "01-countin": did you mean 01-counting? (list shows them all)'],
    ['run 01/inrc', 'lab 01-counting has no variant "inrc": did you mean incr?'],
    ['run 01/x', 'lab 01-counting has no variant "x": it has get-set, incr'],
    [
      'run --seed abc',
      "option '--seed <n>' argument 'abc' is invalid. Give a whole number from 0 to 4294967295.",
    ],
    [
      'run --seed 4294967296',
      "option '--seed <n>' argument '4294967296' is invalid. Give a whole number from 0 to 4294967295.",
    ],
    ['run --runs 0', "option '--runs <n>' argument '0' is invalid. Give a whole number of at least 1."],
    ['run --runs 1e3', "option '--runs <n>' argument '1e3' is invalid. Give a whole number of at least 1."],
    [
      'run --runs 99999999999999999999',
      "option '--runs <n>' argument '99999999999999999999' is invalid. " +
        'Give a whole number from 1 to 9007199254740991.',
    ],
    [
      'run --seconds 0',
      "option '--seconds <s>' argument '0' is invalid. Give a number of seconds above 0, such as 90 or 0.5.",
    ],
    [
      'run --seconds 1e9',
      "option '--seconds <s>' argument '1e9' is invalid. Give a number of seconds above 0, such as 90 or 0.5.",
    ],
    [
      'run --strategy pct --preemptions 1',
      '--preemptions bounds auto and systematic only: pct knows no such bound',
    ],
    [
      'run --strategy exhaustive --preemptions 1',
      '--preemptions bounds auto and systematic only: exhaustive knows no such bound',
    ],
    ['run --strategy urw --delays 1', '--delays bounds auto and exhaustive only: urw knows no such bound'],
    [
      'run --preemptions 1 --delays 1',
      '--delays bounds auto and exhaustive only: auto with --preemptions knows no such bound',
    ],
    [
      'run --strategy systematic --resume',
      '--resume goes on with auto and exhaustive only: systematic keeps nothing to go on with',
    ],
    ['run --workers 0', "option '--workers <n>' argument '0' is invalid. Give a whole number from 1 to 64."],
    [
      'run --workers 65',
      "option '--workers <n>' argument '65' is invalid. Give a whole number from 1 to 64.",
    ],
    ['run --faults -1', "option '--faults <n>' argument '-1' is invalid. Give a whole number of at least 0."],
    [
      'run --preemptions 1.5',
      "option '--preemptions <n>' argument '1.5' is invalid. Give a whole number of at least 0.",
    ],
    ['run --sede 1', "unknown option '--sede' (Did you mean --seed?)"],
  ])('%s: one line, exit code 2', async (args, message) => {
    expect(await refused(args)).toContain(message);
  });

  test('names every strategy when one does not exist', async () => {
    expect(await refused('run --strategy luck')).toMatch(
      /argument 'luck' is invalid\. Allowed choices are auto, .*random/,
    );
  });

  test('no Redis, no run: one line, and the old reports stay', async () => {
    await cli('run 01/incr');
    const before = await readFile(join(fake.folder, 'latest/results.json'), 'utf8');
    const failing = (code: 'not-empty' | 'not-loopback', message: string): Faked => ({
      startServer: () => Promise.reject(new ServerError(code, message)),
    });
    expect(await refused('run', failing('not-empty', 'it holds 3 keys'))).toBe('it holds 3 keys');
    expect(await refused('run', failing('not-loopback', 'not this machine'))).toBe(
      'not this machine (--allow-host)',
    );
    expect(await readFile(join(fake.folder, 'latest/results.json'), 'utf8')).toBe(before);
  });

  test('refuses to replace a folder of somebody else, before anything is started', async () => {
    await writeFile(join(fake.folder, 'thesis.txt'), 'years of work');
    const { code, err, asked } = await cli(`run --out ${fake.folder}`);
    expect([code, asked.server]).toEqual([2, undefined]);
    expect(err).toBe(
      `race-lab: cannot write reports to ${fake.folder}: it holds files that are no reports (thesis.txt), and would be replaced. Give another folder by --out\n`,
    );
  });

  test('Ctrl-C: says so, stops the server, and leaves the reports alone', async () => {
    await cli('run 01/incr');
    const before = await readdir(join(fake.folder, 'latest'));
    const { code, out, err, asked } = await cli('run', { interruptAt: 'incr' });
    expect(code).toBe(2);
    expect(err).toBe(`race-lab: stopped: 1 of 3 variants done, ${fake.folder}/latest is as it was\n`);
    expect(out).toMatch(/^✓ 01-counting\/get-set .*\n$/);
    expect([asked.stopped, asked.closed]).toEqual([1, 1]);
    expect(await readdir(join(fake.folder, 'latest'))).toEqual(before);
  });

  test('Ctrl-C while Redis starts: the server is stopped once it is there', async () => {
    const abort = new AbortController();
    let stopped = false;
    let started: (server: RedisServer) => void = () => {};
    const running = cli('run', {
      abort,
      startServer: () => {
        setTimeout(() => abort.abort(), 1);
        return new Promise((resolve) => {
          started = resolve;
        });
      },
    });
    const { code, err } = await running;
    expect([code, err]).toEqual([2, 'race-lab: stopped while Redis was starting\n']);
    started({ ...SERVER, stop: async () => void (stopped = true) });
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(stopped).toBe(true);
  });
});
