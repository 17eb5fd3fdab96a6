import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ReplayOptions, ReplayResult } from '../explore/replay.js';
import {
  DEFAULT_DELAYS,
  DEFAULT_PREEMPTIONS,
  DEFAULT_RUNS,
  DEFAULT_SEED,
  type ExploreOptions,
} from '../explore/explore.js';
import type { Verdict } from '../explore/verdict.js';
import type { FaultMap } from '../explore/fault-map.js';
import { lab, type Lab } from '../lab.js';
import { mapsText } from '../record/fault-map-table.js';
import type { RaceRecord, RecordedRun } from '../record/format.js';
import { readRecord } from '../record/read.js';
import type { Results } from '../record/results.js';
import { widthOf } from '../record/text.js';
import { scenario, type Scenario } from '../scenario.js';
import { ServerError } from '../server/errors.js';
import { ServerGoneError } from '../wire/upstream.js';
import type { Cleaned } from '../server/clean.js';
import type { RedisServer, StartServerOptions } from '../server/types.js';
import type { CliContext, Engine } from './context.js';
import { runCli } from './program.js';
import type { Output } from './terminal.js';

const GOLDEN = new URL('../record/golden/', import.meta.url).pathname;

let folder: string;
let lost: RaceRecord;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'race-lab-cli-'));
  lost = { ...(await readRecord(`${GOLDEN}lost-update.json`)), lab: '01-counting', variant: 'get-set' };
});
afterEach(() => rm(folder, { recursive: true }));

const uniform = scenario({ name: 'uniform', workers: async () => {}, invariants: [] });
const mixed = scenario({ name: 'mixed', workers: [async () => {}, async () => {}], invariants: [] });

const labs: readonly Lab[] = [
  lab({
    id: '01-counting',
    title: 'Counting',
    variants: [
      {
        name: 'get-set',
        title: 'GET, add one, SET',
        scenario: { ...uniform, name: 'get-set' },
        expect: { kind: 'breaks', invariant: 'no lost update' },
        preemptions: 1,
      },
      { name: 'incr', title: 'INCR', scenario: { ...uniform, name: 'incr' }, expect: { kind: 'holds' } },
    ],
  }),
  lab({
    id: '02-locking',
    title: 'Locking',
    variants: [{ name: 'mixed', title: 'two different workers', scenario: mixed, expect: { kind: 'hangs' } }],
  }),
];

interface Asked {
  server: StartServerOptions | undefined;
  explored: { scenario: Scenario; options: ExploreOptions }[];
  replayed: ReplayOptions[];
  ran: RecordedRun[];
  stopped: number;
  closed: number;
}

interface Faked {
  cleaned?: Partial<Cleaned>;
  /** What the variants come to; by default what is expected. */
  readonly verdicts?: Readonly<Record<string, Partial<Verdict> | Error>>;
  readonly replay?: Partial<ReplayResult>;
  readonly startServer?: (options: StartServerOptions) => Promise<RedisServer>;
  readonly abort?: AbortController;
  /** The server is gone when an exploration has failed. */
  readonly lost?: boolean;
  readonly map?: Engine['faultMap'];
  /** Presses Ctrl-C while this variant is explored. */
  readonly interruptAt?: string;
  readonly columns?: number;
  readonly waitForEnter?: () => Promise<void>;
  readonly onOut?: () => void;
}

const server = {
  version: '7.0.15',
  product: 'redis',
  source: 'process',
  clockMode: 'shim',
  description: 'fake',
  endpoint: { host: '127.0.0.1', port: 1 },
} as const;

function verdictOf(
  { name, workers, faults }: Scenario,
  options: ExploreOptions,
  fields: Partial<Verdict>,
): Verdict {
  return {
    kind: 'holds',
    scenario: name,
    workers: workers.length,
    invariant: undefined,
    message: 'all 6 executions within the bounds, nothing wrong',
    strategy: options.strategy ?? 'auto',
    executions: 6,
    complete: true,
    bounds: { preemptions: options.preemptions ?? 2, faults: faults.budget },
    capped: 0,
    minimal: undefined,
    record: undefined,
    redis: { version: '7.0.15', product: 'redis', source: 'process', clock: 'shim' },
    tookMs: 12,
    ...fields,
  };
}

function broken(record: RaceRecord): Partial<Verdict> {
  const { kind, invariant, expected, observed } = record.verdict;
  const message = `${invariant}: expected ${expected}, observed ${observed}`;
  return { kind, invariant, message, complete: false, executions: 3, minimal: record.minimal, record };
}

/** Runs a command line against a lab that has no Redis. */
async function cli(args: string, faked: Faked = {}) {
  const asked: Asked = { server: undefined, explored: [], replayed: [], ran: [], stopped: 0, closed: 0 };
  const abort = faked.abort ?? new AbortController();
  const engine: Engine = {
    startServer: async (options) => {
      asked.server = options;
      if (faked.startServer !== undefined) return await faked.startServer(options);
      return { ...server, stop: async () => void (asked.stopped += 1) };
    },
    openEnvironment: async () => ({
      close: () => void (asked.closed += 1),
      restore: async () => {},
      clean: () => {},
      emptied: () => (faked.lost === true ? Promise.reject(new Error('lost Redis')) : Promise.resolve()),
    }),
    explore: async (explored, options) => {
      asked.explored.push({ scenario: explored, options });
      options.onProgress?.({ executions: 50, pending: 100, phase: 'exploring' });
      if (faked.interruptAt === explored.name) abort.abort();
      const usual: Record<string, Partial<Verdict>> = {
        'get-set': broken(lost),
        mixed: { kind: 'hangs', invariant: 'every worker settles' },
      };
      const wanted = faked.verdicts?.[explored.name] ?? usual[explored.name] ?? {};
      if (wanted instanceof Error) throw wanted;
      return verdictOf(explored, options, wanted);
    },
    faultMap: (cast, options) => faked.map?.(cast, options) ?? Promise.reject(new Error('not in this test')),
    mapShare: () => Promise.reject(new Error('not in this test')),
    describeDocker: async () => 'no container engine',
    cleanUp: async () => ({ removed: ['cache /somewhere (1.0 MB)'], problems: [], ...faked.cleaned }),
    replay: async (_, record, options) => {
      asked.replayed.push(options);
      asked.ran.push(record);
      const of = options.times ?? 1;
      for (const { n } of record.steps) await options.onStep?.(record.steps.slice(0, n));
      return {
        same: of,
        of,
        firstDifference: undefined,
        steps: record.steps,
        verdict: record.verdict,
        ...faked.replay,
      };
    },
  };
  const written = { out: '', err: '' };
  const output = (name: 'out' | 'err'): Output => ({
    write: (text) => {
      written[name] += text;
      if (name === 'out') faked.onOut?.();
    },
    columns: faked.columns ?? 80,
    colour: false,
    rewritable: false,
  });
  const context: CliContext = {
    out: output('out'),
    err: output('err'),
    loadLabs: async () => labs,
    loadEngine: async () => engine,
    waitForEnter: faked.waitForEnter,
    signal: abort.signal,
    version: '1.2.3',
    invocation: 'npx race-lab',
  };
  const words = args.split(' ').filter((word) => word !== '');
  if (words[0] === 'run' && !args.includes('--out')) words.push('--out', join(folder, 'latest'));
  const code = await runCli(words, context);
  return { code, asked, ...written };
}

/** The one line that wrong input gets. */
async function refused(args: string, faked: Faked = {}): Promise<string> {
  const { code, out, err, asked } = await cli(args, faked);
  expect(code).toBe(2);
  expect(out).toBe('');
  expect(err).toMatch(/^race-lab: .*\n$/);
  expect(asked.explored).toEqual([]);
  return err.trim().replace('race-lab: ', '');
}

describe('run', () => {
  test('runs every variant, says what it came to, and writes the reports', async () => {
    const { code, out, err, asked } = await cli('run');
    expect(code).toBe(0);
    expect(err).toBe('');
    expect(out.replace(folder, 'FOLDER').replace(/; [\d.]+ s;/, '; 0.1 s;')).toMatchInlineSnapshot(`
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
    expect((await readdir(join(folder, 'latest'))).sort()).toEqual([
      'junit.xml',
      'records',
      'results.json',
      'summary.md',
    ]);
    expect(await readRecord(join(folder, 'latest/records/01-counting--get-set.json'))).toEqual(lost);
  });

  test('a verdict that is not the expected one is shown in full, and is exit code 1', async () => {
    const { code, out } = await cli('run 01/incr', { verdicts: { incr: broken(lost) } });
    expect(code).toBe(1);
    expect(out).toContain('✗ 01-counting/incr breaks "no lost update" (expected: holds): Lost update on');
    expect(out).toContain('  1  GET counter → "5"');
    expect(out).toContain(
      `  replay     npx race-lab replay ${folder}/latest/records/01-counting--incr.json\n`,
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
    expect(await readFile(join(folder, 'latest/summary.md'), 'utf8')).toContain(
      '; refuse-connect never had anything to strike at: it needs a reconnect, ',
    );
  });

  test('not as expected outweighs unknown', async () => {
    expect((await cli('run', { verdicts: { incr: broken(lost), mixed: { kind: 'incomplete' } } })).code).toBe(
      1,
    );
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
    const { results } = JSON.parse(await readFile(join(folder, 'latest/results.json'), 'utf8')) as Results;
    expect(results.map((one) => one.message)).toEqual([
      message,
      `not run: ${message}`,
      `not run: ${message}`,
    ]);
  });

  test('--json prints the results and nothing else', async () => {
    const { code, out, err } = await cli('run --json', { verdicts: { incr: broken(lost) } });
    expect(code).toBe(1);
    const results = JSON.parse(out) as Results;
    expect(results.results.map(({ verdict }) => verdict)).toEqual(['breaks', 'breaks', 'hangs']);
    expect(err).toMatch(/^✗ 01-counting\/incr breaks .*\n$/);
    expect(await readFile(join(folder, 'latest/results.json'), 'utf8')).toBe(out);
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
    ['lst', "unknown command 'lst' (Did you mean list?)"],
    ['show', "missing required argument 'FILE'"],
    ['show a b', 'too many arguments for'],
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
    const before = await readFile(join(folder, 'latest/results.json'), 'utf8');
    const failing = (code: 'not-empty' | 'not-loopback', message: string): Faked => ({
      startServer: () => Promise.reject(new ServerError(code, message)),
    });
    expect(await refused('run', failing('not-empty', 'it holds 3 keys'))).toBe('it holds 3 keys');
    expect(await refused('run', failing('not-loopback', 'not this machine'))).toBe(
      'not this machine (--allow-host)',
    );
    expect(await readFile(join(folder, 'latest/results.json'), 'utf8')).toBe(before);
  });

  test('refuses to replace a folder of somebody else, before anything is started', async () => {
    await writeFile(join(folder, 'thesis.txt'), 'years of work');
    const { code, err, asked } = await cli(`run --out ${folder}`);
    expect([code, asked.server]).toEqual([2, undefined]);
    expect(err).toBe(
      `race-lab: cannot write reports to ${folder}: it holds files that are no reports, and would be replaced\n`,
    );
  });

  test('Ctrl-C: says so, stops the server, and leaves the reports alone', async () => {
    await cli('run 01/incr');
    const before = await readdir(join(folder, 'latest'));
    const { code, out, err, asked } = await cli('run', { interruptAt: 'incr' });
    expect(code).toBe(2);
    expect(err).toBe(`race-lab: stopped: 1 of 3 variants done, ${folder}/latest is as it was\n`);
    expect(out).toMatch(/^✓ 01-counting\/get-set .*\n$/);
    expect([asked.stopped, asked.closed]).toEqual([1, 1]);
    expect(await readdir(join(folder, 'latest'))).toEqual(before);
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
    started({ ...server, stop: async () => void (stopped = true) });
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(stopped).toBe(true);
  });
});

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

describe('show and replay', () => {
  let file: string;
  beforeEach(async () => {
    file = join(folder, 'finding.json');
    await writeFile(file, JSON.stringify(lost));
  });

  test('show prints the finding and the line to replay it', async () => {
    const { code, out, asked } = await cli(`show ${file}`);
    expect([code, asked.server]).toEqual([0, undefined]);
    expect(out).toContain('✗ Lost update on counter');
    expect(out).toContain(`replay     npx race-lab replay ${file}\n`);
  });

  test('replay that comes out the same', async () => {
    const { code, out, asked } = await cli(`replay ${file} --times 20`);
    expect(code).toBe(0);
    expect(asked.replayed[0]!.times).toBe(20);
    expect([asked.stopped, asked.closed]).toEqual([1, 1]);
    expect(out).toMatchInlineSnapshot(`
      "01-counting/get-set: recorded as breaks "no lost update", replayed 20 times

        #  w1                  w2                  counter  line
        1  GET counter → "5"                       5        :13
        2  ‖ preempted         GET counter → "5"   5        :13
        3                      SET counter 6 → OK  5 → 6    :13
        4  SET counter 6 → OK  ■ done              6        :13

        labs/99-example/example.ts

      ✗ Lost update on counter: w1 read 5 at step 1, w2 wrote 6 at step 3, and at step
      4 w1 wrote 6 over it without having seen it.
        expected counter = 7, observed counter = 6

      ✓ as recorded 20/20: every step, every reply and the verdict
      "
    `);
  });

  test('replay that does not', async () => {
    const firstDifference = { step: 2, first: 'w2.1 GET counter -> "5"', second: 'w2.1 GET counter -> null' };
    const { code, out } = await cli(`replay ${file} --times 4`, {
      replay: { same: 3, firstDifference, verdict: undefined },
    });
    expect(code).toBe(1);
    expect(out.split('\n').slice(-8).join('\n')).toMatchInlineSnapshot(`
      "
      Nothing was wrong at the end.

      ✗ as recorded only 3/4: the code, the client or the server is not what it was
        first difference: step 2
        recorded  w2.1 GET counter -> "5"
        replayed  w2.1 GET counter -> null
      "
    `);
  });

  test('--step waits for Enter before every step', async () => {
    let pressed = 0;
    const shown: number[] = [];
    const waitForEnter = async (): Promise<void> => void (pressed += 1);
    const { code, out, err } = await cli(`replay ${file} --step`, {
      waitForEnter,
      onOut: () => shown.push(pressed),
    });
    expect([code, pressed, err.trim()]).toEqual([0, 4, 'Enter performs the next step']);
    expect(out).toMatchInlineSnapshot(`
      "01-counting/get-set: recorded as breaks "no lost update", replayed step by step

        #  w1                  w2                  counter  line
        1  GET counter → "5"                       5        :13
        2  ‖ preempted         GET counter → "5"   5        :13
        3                      SET counter 6 → OK  5 → 6    :13
        4  SET counter 6 → OK  ■ done              6        :13

        labs/99-example/example.ts

      ✗ Lost update on counter: w1 read 5 at step 1, w2 wrote 6 at step 3, and at step
      4 w1 wrote 6 over it without having seen it.
        expected counter = 7, observed counter = 6

      ✓ as recorded 1/1: every step, every reply and the verdict
      "
    `);
    // Without a terminal nothing waits, and the output is the same.
    const piped = await cli(`replay ${file} --step`);
    expect([piped.code, piped.out, piped.err]).toEqual([0, out, '']);
    // Each step was shown before the next was asked for.
    expect(new Set(shown)).toEqual(new Set([0, 1, 2, 3, 4]));
  });

  test('Ctrl-C between two steps', async () => {
    const abort = new AbortController();
    const { code, err } = await cli(`replay ${file} --step`, {
      abort,
      waitForEnter: async () => abort.abort(),
    });
    expect([code, err.split('\n').at(-2)]).toEqual([2, 'race-lab: stopped after step 1']);
  });

  test('diff: 0 the same, 1 different, 2 unreadable', async () => {
    const other = join(folder, 'other.json');
    await writeFile(other, JSON.stringify({ ...lost, steps: lost.steps.toSpliced(2, 1) }));
    const same = await cli(`diff ${file} ${file}`);
    expect([same.code, same.asked.server]).toEqual([0, undefined]);
    expect(same.out).toContain('✓ The same: all 4 steps, every reply and the verdict.');
    const different = await cli(`diff ${file} ${other}`);
    expect(different.code).toBe(1);
    expect(different.out).toContain("✗ First difference at step 3: in A it is w2's turn, in B w1's.");
    expect(await refused(`diff ${file} ${folder}/none.json`)).toBe(
      `cannot read ${folder}/none.json: no such file`,
    );
    expect((await cli('diff --help')).out).toContain(
      'Exit codes: 0 the same, 1 different, 2 a record cannot be read.',
    );
  });

  test('what cannot be read or replayed: one line, exit code 2', async () => {
    expect(await refused(`replay ${folder}/none.json`)).toBe(`cannot read ${folder}/none.json: no such file`);
    await writeFile(file, '{"format": 7}');
    expect(await refused(`show ${file}`)).toContain('was written by a newer version: format 7');
    await writeFile(file, JSON.stringify({ ...lost, variant: 'gone' }));
    expect(await refused(`replay ${file}`)).toBe(
      `${file} is of 01-counting/gone, which does not exist (any more): list shows what does`,
    );
    const { lab: _, ...homeless } = lost;
    await writeFile(file, JSON.stringify(homeless));
    expect(await refused(`replay ${file}`)).toContain('which is in no lab: replay it where it was written');
    await writeFile(file, JSON.stringify(lost));
    expect(await refused(`replay ${file} --times 0`)).toContain("argument '0' is invalid");
  });

  test('Ctrl-C between two runs says how far it came', async () => {
    const abort = new AbortController();
    abort.abort();
    const stopped = await cli(`replay ${file} --times 9`, { abort });
    expect([stopped.code, stopped.err]).toEqual([2, 'race-lab: stopped while Redis was starting\n']);
  });
});

describe('a cell of a file of fault maps', () => {
  let file: string;
  let incr: FaultMap;
  beforeEach(async () => {
    file = join(folder, 'maps.json');
    const { tape, steps } = lost;
    const cell = { broken: [], alsoWithout: false, executions: 4 };
    incr = {
      format: 1,
      lab: '01-counting',
      variant: 'incr',
      scenario: 'incr',
      workers: 2,
      bounds: [{ faults: ['reset-after-apply', 'late-reply'], preemptions: 1, earlyTimers: 'free' }],
      complete: true,
      executions: 7,
      withoutFault: [],
      positions: [
        { position: '1', command: 'INCR counter' },
        { position: '2', command: 'GET counter' },
      ],
      cells: [
        { ...cell, position: '1', fault: 'reset-after-apply', outcome: 'breaks', record: lost },
        { ...cell, position: '1', fault: 'late-reply', outcome: 'handled', example: { tape, steps } },
      ],
    };
    await writeFile(file, mapsText([incr, { ...incr, variant: 'get-set' }]));
  });

  test('show prints the record of one that failed, with the line to replay it', async () => {
    const { code, out } = await cli(`show ${file} --cell incr/1/reset-after-apply`);
    expect(code).toBe(0);
    expect(out).toContain('✗ Lost update on counter');
    expect(out).toContain(
      `replay     npx race-lab replay ${file} --cell 01-counting/incr/1/reset-after-apply\n`,
    );
  });

  test('show prints the example of one that did not', async () => {
    const { code, out } = await cli(`show ${file} --cell 01-counting/incr/1/late-reply`);
    expect(code).toBe(0);
    expect(out.replaceAll(file, 'FILE')).toMatchInlineSnapshot(`
      "01-counting/incr/1/late-reply: nothing broke, and the worker saw the error

        place      1, INCR counter
        fault      The server runs the command; the reply arrives as a step of its
                   own, so that a timeout may fire before it.

        #  w1                  w2                  counter  line
        1  GET counter → "5"                       5        :13
        2  ‖ preempted         GET counter → "5"   5        :13
        3                      SET counter 6 → OK  5 → 6    :13
        4  SET counter 6 → OK  ■ done              6        :13

        code       labs/99-example/example.ts
        shown      the first of 4 executions with this fault here
        with       2 workers and 1 fault offered, seed 1
        replay     npx race-lab replay FILE --cell 01-counting/incr/1/late-reply
      "
    `);
    for (const columns of [80, 120]) {
      const shown = await cli(`show ${file} --cell incr/1/late-reply`, { columns });
      for (const line of shown.out.split('\n').slice(0, -2))
        expect(widthOf(line)).toBeLessThanOrEqual(columns);
    }
  });

  test('replay runs either of them again', async () => {
    const failed = await cli(`replay ${file} --cell incr/1/reset-after-apply --times 3`);
    expect(failed.code).toBe(0);
    expect(failed.out).toContain('recorded as breaks "no lost update", replayed 3 times\n');
    const example = await cli(`replay ${file} --cell incr/1/late-reply`, { replay: { verdict: undefined } });
    expect(example.code).toBe(0);
    expect(example.out).toMatch(/^01-counting\/incr: recorded with nothing wrong, replayed 1 time\n/);
    expect(example.out).toContain('\nNothing was wrong at the end.\n\n✓ as recorded 1/1');
    expect(example.asked.ran[0]).toMatchObject({ seed: 1, faultBudget: 1, faults: incr.bounds[0]!.faults });
  });

  test('an example at whose end something is wrong today is exit code 1', async () => {
    const firstDifference = { step: 5, first: 'nothing wrong', second: 'breaks "no lost update"' };
    const { code, out } = await cli(`replay ${file} --cell incr/1/late-reply`, {
      replay: { same: 0, firstDifference, verdict: lost.verdict },
    });
    expect(code).toBe(1);
    expect(out).toContain('✗ Lost update on counter: ');
    expect(out).toContain('✗ as recorded only 0/1');
  });

  test('show prints all tables where no cell is asked for', async () => {
    const { code, out } = await cli(`show ${file}`);
    expect(code).toBe(0);
    expect(out.match(/^01-counting\/\S+: 2 workers/gm)).toHaveLength(2);
    expect(out).toContain('\nfault             1\nreset-after-apply B\nlate-reply        h\n');
    expect(out).toMatch(/\none execution of these: show FILE --cell \[\[LAB\/\]VARIANT\/\]PLACE\/FAULT\n$/);
  });

  test.each([
    ['incr/1/late-repyl', 'in 01-counting/incr no fault "late-repyl" struck at 1: did you mean late-reply?'],
    [
      'incr/1/oom',
      'in 01-counting/incr no fault "oom" struck at 1: there were reset-after-apply and late-reply',
    ],
    ['incr/2/late-reply', 'in 01-counting/incr no fault struck at a place "2": there are 1 (INCR counter)'],
    ['inrc/1/late-reply', 'FILE holds no map of "inrc": did you mean incr?'],
    ['02/incr/1/late-reply', 'FILE holds no map of "02/incr": did you mean incr?'],
    ['other/1/late-reply', 'FILE holds no map of "other": it holds incr and get-set'],
    ['1/late-reply', 'FILE holds several maps, say which one: incr and get-set'],
    ['late-reply', '"late-reply" is no cell: write [[LAB/]VARIANT/]PLACE/FAULT'],
  ])('%s: one line, exit code 2', async (cell, message) => {
    expect((await refused(`show ${file} --cell ${cell}`)).replace(file, 'FILE')).toBe(message);
    expect((await refused(`replay ${file} --cell ${cell}`)).replace(file, 'FILE')).toBe(message);
  });

  test('what is no file of maps, or no record: one line, exit code 2', async () => {
    const record = join(folder, 'finding.json');
    await writeFile(record, JSON.stringify(lost));
    expect(await refused(`show ${record} --cell incr/1/late-reply`)).toBe(
      `${record} is one record, not a file of fault maps: leave out --cell`,
    );
    expect(await refused(`replay ${file}`)).toContain('holds fault maps: say which cell, --cell ');
    expect(await refused(`diff ${file} ${record}`)).toBe(`${file} holds fault maps, not a record`);
    const [failing, fine] = incr.cells;
    const { record: _, ...bare } = failing!;
    await writeFile(file, mapsText([{ ...incr, cells: [bare] }]));
    expect(await refused(`show ${file}`)).toBe(
      `${file} is damaged: maps[0].cells[0].record: a failing cell without its record`,
    );
    const { example: __, ...old } = fine!;
    await writeFile(file, mapsText([{ ...incr, cells: [old] }]));
    expect(await refused(`show ${file} --cell 1/late-reply`)).toBe(
      `01-counting/incr/1/late-reply has no example in ${file}: make the map anew with this version`,
    );
  });
});

describe('map', () => {
  const mapOf: Engine['faultMap'] = async ({ name }) => ({
    format: 1,
    lab: '01-counting',
    variant: name,
    scenario: name,
    workers: 2,
    bounds: [{ faults: ['reset-after-apply'], preemptions: 1, earlyTimers: 'free' }],
    complete: true,
    executions: 7,
    withoutFault: [],
    positions: [{ position: '1', command: 'INCR count' }],
    cells: [
      {
        position: '1',
        fault: 'reset-after-apply',
        outcome: 'breaks',
        broken: ['at most once'],
        alsoWithout: false,
        executions: 4,
        record: lost,
      },
    ],
  });

  test('shows a table a variant, and writes all of them', async () => {
    const path = join(folder, 'maps', 'all.json');
    const { code, out, err } = await cli(`map 01 --out ${path}`, { map: mapOf });
    expect([code, err]).toEqual([0, '']);
    expect(out.match(/^01-counting\/.*$/gm)).toEqual([
      '01-counting/get-set: 2 workers, one fault, at most 1 preemption, all 7',
      '01-counting/incr: 2 workers, one fault, at most 1 preemption, all 7 executions',
    ]);
    expect(out).toContain('\nfault             1\nreset-after-apply B\n');
    const json = await cli(`map 01 --json --out ${path}`, { map: mapOf });
    expect(json.out).toBe(await readFile(path, 'utf8'));
    const { maps } = JSON.parse(json.out) as { maps: { variant: string; cells: { record: RaceRecord }[] }[] };
    expect(maps.map(({ variant }) => variant)).toEqual(['get-set', 'incr']);
    expect(maps[0]!.cells[0]!.record).toEqual(lost);
  });

  test('a budget that was too small is exit code 2', async () => {
    const { code, out } = await cli('map 01/incr', {
      map: async (...args) => ({ ...(await mapOf(...args)), complete: false }),
    });
    expect(code).toBe(2);
    expect(out).toContain('at most 1 preemption, 7 executions\n');
  });

  test('a file that cannot be written is known before anything is started', async () => {
    expect(await refused(`map 01 --out ${folder}`)).toBe(`cannot write ${folder}: this is a folder`);
    expect((await cli(`map 01 --out ${folder}`, { map: mapOf })).asked.server).toBeUndefined();
  });

  test.runIf(existsSync('/dev/full'))('a full disk does not take the map away', async () => {
    const { code, out, err } = await cli('map 01/incr --json --out /dev/full', { map: mapOf });
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ format: 1, maps: [{ variant: 'incr' }] });
    expect(err).toBe('race-lab: cannot write /dev/full: no space left on the disk\n');
  });

  test('Ctrl-C leaves the file as it was', async () => {
    const abort = new AbortController();
    const path = join(folder, 'map.json');
    const { code, err } = await cli(`map 01 --out ${path}`, {
      abort,
      map: (...args) => {
        abort.abort();
        return mapOf(...args);
      },
    });
    expect([code, err]).toEqual([2, 'race-lab: stopped: 0 of 2 maps done, nothing written\n']);
    expect(await readdir(folder)).toEqual([]);
  });

  test('a Redis that is lost is one line', async () => {
    const { code, err, asked } = await cli('map 01', {
      map: () => Promise.reject(new ServerGoneError('lost Redis: read ECONNRESET')),
    });
    expect([code, err]).toEqual([2, 'race-lab: lost Redis: read ECONNRESET\n']);
    expect([asked.stopped, asked.closed]).toEqual([1, 1]);
  });
});

describe('clean', () => {
  test('removes the reports of the last run, and says what else went', async () => {
    await cli(`run --out ${join(folder, 'latest')}`);
    const { code, out, err } = await cli(`clean --out ${join(folder, 'latest')}`);
    expect(code).toBe(0);
    expect(err).toBe('');
    expect(out.replace(folder, 'FOLDER')).toBe(
      'removed reports FOLDER/latest\nremoved cache /somewhere (1.0 MB)\n',
    );
    expect(await readdir(folder)).toEqual([]);
    expect((await cli(`clean --out ${join(folder, 'latest')}`, { cleaned: { removed: [] } })).out).toBe(
      'nothing to remove\n',
    );
  });

  test("leaves a folder with somebody else's files alone", async () => {
    await writeFile(join(folder, 'mine.txt'), 'mine');
    expect(await refused(`clean --out ${folder}`)).toContain(folder);
    expect(await readdir(folder)).toEqual(['mine.txt']);
  });

  test('says what could not be removed', async () => {
    const { code, err } = await cli('clean --out /nonexistent', {
      cleaned: { problems: ['image x: in use'] },
    });
    expect(code).toBe(2);
    expect(err).toBe('race-lab: cannot remove image x: in use\n');
  });
});

describe('help and version', () => {
  test.each([
    ['', 2],
    ['--help', 0],
    ['run --help', 0],
    ['list --help', 0],
    ['replay --help', 0],
    ['show --help', 0],
    ['diff --help', 0],
    ['faults --help', 0],
    ['map --help', 0],
    ['doctor --help', 0],
    ['clean --help', 0],
  ])('"%s" shows how to use it, with examples', async (args, code) => {
    const shown = await cli(args);
    expect(shown.code).toBe(code);
    const text = code === 0 ? shown.out : shown.err;
    expect(text).toContain('Usage: race-lab');
    expect(text).toContain('Examples:\n  npx race-lab ');
    expect(text).toMatch(/Exit codes: 0 .*, 1 .*, 2 .*\.\n$/);
    for (const line of text.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(80);
  });

  test('the help of run has the defaults as they are', async () => {
    const help = (await cli('run --help')).out.replaceAll(/\s+/g, ' ');
    expect(help).toContain(`per variant (default: ${DEFAULT_RUNS})`);
    expect(help).toContain(`of the workers (default: ${DEFAULT_SEED})`);
    expect(help).toContain(`the variant's own, or ${DEFAULT_PREEMPTIONS})`);
    expect(help).toContain(`could go on (default: ${DEFAULT_DELAYS})`);
  });

  test('--version', async () => {
    expect(await cli('--version')).toMatchObject({ code: 0, out: '1.2.3\n', err: '' });
  });
});
