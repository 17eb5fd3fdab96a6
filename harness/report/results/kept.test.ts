/** Reports that hold results of earlier runs, as they are shown. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forTerminal, widthOf } from '../../base/text.js';
import type { RaceRecord } from '../../record/format.js';
import { readRecord } from '../../record/read.js';
import type { Verdict } from '../../record/verdict.js';
import { ranText } from './earlier.js';
import { renderJunit } from './junit.js';
import { readKept, withKept } from './kept.js';
import type { MeasurementResult } from './measured.js';
import { ReportFolder } from './report-folder.js';
import { buildReports, recordPath } from './reports.js';
import { renderResultsTable } from './results-table.js';
import { buildResults, type RunFacts, type VariantResult } from './results.js';
import { renderSummary } from './summary.js';

const redis = { version: '7.0.15', product: 'redis', source: 'process', clock: 'shim' } as const;
const tool = { name: 'redis-race-lab', version: '1.2.3' } as const;
const before: RunFacts = {
  tool: { ...tool, version: '1.2.2' },
  redis: { ...redis, version: '6.2.1', clock: 'ttl-shift' },
  ranAt: '2026-01-02T03:04:05.678Z',
};
const now: RunFacts = { tool, redis, ranAt: '2026-01-02T06:00:00.000Z' };

const holds: Verdict = {
  kind: 'holds',
  scenario: 'views',
  workers: 3,
  invariant: undefined,
  message: 'nothing wrong',
  strategy: 'exhaustive',
  executions: 810,
  complete: true,
  bounds: { preemptions: undefined, faults: 1, delays: 2, clientTimers: false, rounds: 3, alike: true },
  sampling: {
    current: 'PCT depth 2',
    executions: { 'PCT depth 2': 810 },
    classes: 36,
    classesAreMore: true,
    late: { executions: 81, classes: 2 },
    unseen: 0.0286,
    detection: [{ depth: 1, runs: 810, each: 1 / 3, all: 0.9 }],
  },
  idleFaults: [{ fault: { kind: 'late-reply', at: { worker: 2 } }, needs: 'a command' }],
  raced: { commands: { least: 4, most: 6 }, contested: ['views'] },
  unreached: ['a refill'],
  capped: 2,
  minimal: undefined,
  record: undefined,
  redis: before.redis,
  tookMs: 1234,
};

let folder: ReportFolder;
let parent: string;
let lost: RaceRecord;
let first: VariantResult[];

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'race-lab-kept-'));
  folder = await ReportFolder.open(join(parent, 'latest'));
  lost = await readRecord(new URL('../../record/golden/lost-update.json', import.meta.url).pathname);
  const broken: Verdict = {
    ...holds,
    kind: 'breaks',
    invariant: lost.verdict.invariant,
    message: 'expected 2',
    complete: false,
    record: lost,
    minimal: lost.minimal,
  };
  first = [
    result('01-views', 'get-set', {
      expect: { kind: 'holds' },
      verdict: broken,
      record: recordPath('01-views', 'get-set'),
    }),
    result('01-views', 'incr', { verdict: holds }),
    result('02-queue', 'pop', {
      expect: { kind: 'hangs' },
      verdict: { ...holds, kind: 'error', message: 'Redis is gone' },
    }),
  ];
  await folder.replace(buildReports(before, first).files);
});
afterAll(() => rm(parent, { recursive: true }));

const nameIn = ({ variant }: VariantResult): string => variant;

function result(lab: string, variant: string, more: Partial<VariantResult>): VariantResult {
  return { lab, variant, expect: { kind: 'holds' }, verdict: holds, record: undefined, ...more };
}

test('what was written is read again, all of it', async () => {
  const { variants: kept } = await readKept(folder, now.ranAt);
  expect(buildResults(now, kept).results).toEqual(buildResults(before, first).results);
  expect(kept.map(({ verdict }) => verdict)).toEqual(first.map(({ verdict }) => verdict));
  const [{ earlier } = { earlier: undefined }] = kept;
  expect(earlier?.agoMs).toBe(Date.parse(now.ranAt) - Date.parse(before.ranAt));
  // Once more: what is kept twice is still the same.
  const files = buildReports(now, kept).files;
  expect(files.get('records/01-views--get-set.json')).toBe(
    buildReports(before, first).files.get('records/01-views--get-set.json'),
  );
});

test('reports say which results are of earlier runs, and what they ran with', async () => {
  const fresh = { ...holds, redis, sampling: undefined, idleFaults: undefined } as unknown as Verdict;
  const ran = [
    result('01-views', 'incr', { verdict: fresh }),
    result('01-views', 'mset', { verdict: fresh }),
  ];
  const all = withKept(ran, (await readKept(folder, now.ranAt)).variants, nameIn, () => true);
  expect(all.map(({ variant }) => variant)).toEqual(['get-set', 'incr', 'mset', 'pop']);
  expect(all.map(({ earlier }) => earlier === undefined)).toEqual([false, true, true, false]);
  await expect(renderSummary(all, now)).toMatchFileSnapshot('golden/kept/summary.md');
  await expect(renderJunit(all)).toMatchFileSnapshot('golden/kept/junit.xml');
  for (const columns of [80, 120]) {
    const table = renderResultsTable(all, { columns, colour: false });
    await expect(`${table}\n`).toMatchFileSnapshot(`golden/kept/table.${columns}.txt`);
    for (const line of table.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(columns);
  }
});

test('labs come in the order of their numbers', () => {
  const of = (lab: string): VariantResult => result(lab, 'a', {});
  const all = withKept<VariantResult>(
    [of('10-z'), of('race/b.race.ts')],
    [of('9-y'), of('race/a.race.ts')],
    nameIn,
    () => true,
  );
  expect(all.map(({ lab }) => lab)).toEqual(['9-y', '10-z', 'race/a.race.ts', 'race/b.race.ts']);
});

test.each([
  [undefined, 'earlier'],
  [-1, 'earlier'],
  [59_999, 'moments ago'],
  [60_000, '1 min ago'],
  [3_600_000, '1 h ago'],
  [47 * 3_600_000, '47 h ago'],
  [48 * 3_600_000, '2 days ago'],
])('%s ms: %s', (agoMs, text) => {
  expect(ranText({ earlier: { ranAt: undefined, agoMs, toolVersion: '1' } })).toBe(text);
});

test('texts of a file do nothing to a terminal', async () => {
  const path = join(folder.path, 'results.json');
  const results = buildResults(before, first);
  const evil = '\u001B[31m\u202Eevil';
  const entries = results.results.map((entry) => ({
    ...entry,
    lab: `${entry.lab}${evil}`,
    variant: evil,
    message: evil,
  }));
  await writeFile(path, JSON.stringify({ ...results, results: entries }));
  const { variants: kept } = await readKept(folder, now.ranAt);
  const texts = [renderResultsTable(kept, { columns: 80, colour: false }), renderSummary(kept, now)];
  for (const text of texts) expect(forTerminal(text, { colour: false, rewritable: false })).toBe(text);
});

test('what was measured is kept with its pictures, and only where it was not measured again', async () => {
  const own = await ReportFolder.open(join(parent, 'measured'));
  const measured = (measurement: string, summary: string): MeasurementResult => ({
    lab: '03-storm',
    measurement,
    outcome: 'measured',
    measured: {
      summary,
      figures: { ms: 1 },
      missing: [],
      pictures: { timeline: `<svg>${measurement}</svg>` },
    },
    tookMs: 7,
  });
  await own.replace(buildReports(before, [], [measured('a', 'once'), measured('b', 'once')]).files);
  const { measurements: kept } = await readKept(own, now.ranAt);
  expect(kept.map(({ earlier }) => earlier?.toolVersion)).toEqual(['1.2.2', '1.2.2']);
  expect(kept[0]!.measured.pictures!['timeline']).toContain('<svg>a</svg>');
  const all = withKept(
    [measured('b', 'again'), measured('c', 'once')],
    kept,
    ({ measurement }) => measurement,
    () => true,
  );
  expect(all.map(({ measurement, measured: { summary } }) => `${measurement} ${summary}`)).toEqual([
    'a once',
    'b again',
    'c once',
  ]);
  const files = buildReports(now, [], all).files;
  expect(files.get('pictures/03-storm--a--timeline.svg')).toBe(
    buildReports(before, [], [measured('a', 'once')]).files.get('pictures/03-storm--a--timeline.svg'),
  );
  // They are ours: the next run may replace them, and nothing is left of the folder.
  await own.replace(files);
  expect(own.remove()).toEqual([]);
});
