import { stripVTControlCharacters } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Verdict } from '../../record/verdict.js';
import type { RaceRecord } from '../../record/format.js';
import { renderJunit } from './junit.js';
import type { MeasurementResult } from './measured.js';
import { renderMeasurement } from './measured-text.js';
import { readRecord } from '../../record/read.js';
import { buildReports, recordPath } from './reports.js';
import { renderResultsTable, tallyText } from './results-table.js';
import { buildResults, outcomeOf, type RunFacts, type VariantResult } from './results.js';
import { renderSummary } from './summary.js';
import type { ServerIdentity } from '../../server/identity.js';
import { junitNumbers } from './testing/junit-structure.js';
import { widthOf } from '../../base/text.js';

const tool = { name: 'redis-race-lab', version: '1.2.3' } as const;
const redis: ServerIdentity = { version: '7.0.15', product: 'redis', source: 'process', clock: 'shim' };
const run: RunFacts = { tool, redis, ranAt: '2026-01-02T03:04:05.678Z' };

let results: VariantResult[];

function verdict(fields: Partial<Verdict>): Verdict {
  return {
    kind: 'holds',
    scenario: 's',
    workers: 2,
    invariant: undefined,
    message: 'nothing wrong',
    strategy: 'systematic',
    executions: 810,
    complete: true,
    bounds: { preemptions: 2, faults: 0 },
    capped: 0,
    minimal: undefined,
    record: undefined,
    redis,
    tookMs: 1234,
    ...fields,
  };
}

beforeAll(async () => {
  const golden = (name: string): Promise<RaceRecord> =>
    readRecord(new URL(`../../record/golden/${name}.json`, import.meta.url).pathname);
  const broken = (record: RaceRecord): Partial<Verdict> => ({
    kind: record.verdict.kind,
    invariant: record.verdict.invariant,
    message: `${record.verdict.invariant}: expected ${record.verdict.expected}`,
    executions: record.found.execution,
    complete: false,
    minimal: record.minimal,
    record,
  });
  const lost = await golden('lost-update');
  const odd = await golden('unnamed-calm');
  results = [
    {
      lab: '01-lost-update',
      variant: 'get-set',
      expect: { kind: 'breaks', invariant: 'no lost update' },
      verdict: verdict(broken(lost)),
      record: 'records/01-lost-update--get-set.json',
    },
    {
      lab: '01-lost-update',
      variant: 'incr',
      expect: { kind: 'holds' },
      verdict: verdict({}),
      record: undefined,
    },
    {
      lab: '01-lost-update',
      variant: 'incr-unhurt',
      expect: { kind: 'holds' },
      verdict: verdict({
        bounds: { preemptions: undefined, faults: 1 },
        idleFaults: [
          { fault: 'refuse-connect', needs: 'a reconnect' },
          { fault: { kind: 'late-reply', at: { worker: 2, command: 'GE|T' } }, needs: 'a command' },
        ],
      }),
      record: undefined,
    },
    {
      lab: '02-odd|names',
      variant: 'surprise',
      expect: { kind: 'holds' },
      verdict: verdict({ ...broken(odd), message: 'expected <plain> & "simple", observed \u001B[31m ]]> `' }),
      record: 'records/02-odd_names--surprise.json',
    },
    {
      lab: '02-odd|names',
      variant: 'a-variant-with-a-name-that-is-rather-long',
      expect: { kind: 'hangs' },
      verdict: verdict({
        kind: 'incomplete',
        complete: false,
        executions: 20_000,
        message: '20000 executions, at least 3 left',
      }),
      record: undefined,
    },
    {
      lab: '02-odd|names',
      variant: 'broken',
      expect: { kind: 'breaks', invariant: 'no uncaught error' },
      verdict: verdict({
        kind: 'error',
        complete: false,
        executions: 0,
        bounds: { preemptions: undefined, faults: 1 },
        message: 'Redis is gone',
      }),
      record: undefined,
    },
  ];
});

test('outcomes', () => {
  expect(results.map(outcomeOf)).toEqual([
    'as expected',
    'as expected',
    'as expected',
    'not as expected',
    'unknown',
    'unknown',
  ]);
  const other = { ...results[0]!, expect: { kind: 'breaks', invariant: 'at most once' } as const };
  expect(outcomeOf(other)).toBe('not as expected');
  expect(tallyText(results)).toBe('6 variants: 3 as expected, 1 not as expected, 2 unknown');
  expect(tallyText(results.slice(0, 1))).toBe('1 variant: 1 as expected');
});

test('results.json has the fields that programs rely on', async () => {
  const object = buildResults(run, results);
  expect(Object.keys(object)).toEqual(['format', 'tool', 'redis', 'results', 'measurements']);
  expect(object.redis).toEqual({ version: '7.0.15', product: 'redis', source: 'process', clock: 'shim' });
  expect(object.results[0]).toMatchObject({
    lab: '01-lost-update',
    variant: 'get-set',
    expected: 'breaks',
    verdict: 'breaks',
    invariant: 'no lost update',
    complete: false,
    minimal: { workers: 2, steps: 4, preemptions: 1, faults: 0 },
    record: 'records/01-lost-update--get-set.json',
    ms: 1234,
  });
  // Nothing may vanish in JSON: a field that is sometimes missing is a trap for its readers.
  expect(JSON.parse(JSON.stringify(object))).toEqual(object);
  await expect(`${JSON.stringify(object, undefined, 2)}\n`).toMatchFileSnapshot('golden/results.json');
});

test('the Markdown summary', async () => {
  await expect(renderSummary(results, run)).toMatchFileSnapshot('golden/summary.md');
});

describe('JUnit', () => {
  test('the file', async () => {
    await expect(renderJunit(results)).toMatchFileSnapshot('golden/junit.xml');
  });

  test('is well-formed whatever the texts are', () => {
    const xml = renderJunit(results);
    expect(xml).not.toMatch(/[^\t\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u);
    expect(xml).not.toContain(']]>');
    expect(xml.replaceAll(/&(amp|lt|gt|quot|#\d+);/g, '')).not.toContain('&');
    expect(xml).toContain('tests="6" failures="1" errors="2"');
  });

  test('has the structure that CI servers check, and numbers that are those of its cases', () => {
    expect(junitNumbers(renderJunit(results))).toEqual({ tests: 6, failures: 1, errors: 2, skipped: 0 });
    expect(junitNumbers(renderJunit([]))).toEqual({ tests: 0, failures: 0, errors: 0, skipped: 0 });
  });

  test('what is accepted was skipped, and says why; what breaks as expected passes, and says so', () => {
    const known = renderJunit(results, [], ({ variant }) =>
      variant === 'surprise' || variant === 'get-set' ? 'known, by the baseline' : undefined,
    );
    expect(junitNumbers(known)).toEqual({ tests: 6, failures: 0, errors: 2, skipped: 1 });
    expect(known).toContain(
      '<skipped message="known, by the baseline: expected holds, got breaks &quot;the key is',
    );
    expect(known).toContain('<system-out>as expected: breaks "no lost update"</system-out>');
  });
});

describe('the table', () => {
  test.each([80, 120, 160])('at %i columns', async (columns) => {
    const table = renderResultsTable(results, { columns, colour: false });
    await expect(`${table}\n`).toMatchFileSnapshot(`golden/table.${columns}.txt`);
    for (const line of table.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(columns);
  });

  test('says the same with colours', () => {
    const coloured = renderResultsTable(results, { columns: 80, colour: true });
    expect(stripVTControlCharacters(coloured)).toBe(
      renderResultsTable(results, { columns: 80, colour: false }),
    );
  });
});

test('reports hold a record per finding, at the path that the results name', () => {
  const { files, results: object } = buildReports(run, results);
  expect([...files.keys()]).toEqual([
    'results.json',
    'summary.md',
    'junit.xml',
    'records/01-lost-update--get-set.json',
    'records/02-odd_names--surprise.json',
  ]);
  for (const { record } of object.results) if (record !== null) expect(files.has(record)).toBe(true);
  expect(recordPath('../../etc', '..')).toBe('records/__.._etc--_-8c3d3b8f.json');
});

describe('measurements', () => {
  const measurements: MeasurementResult[] = [
    {
      lab: '03-storm',
      measurement: 'backlog',
      outcome: 'measured',
      measured: {
        summary: '712 of 2,650 requests failed & <more>',
        figures: { requests: 2650, stallMs: 1430.5 },
        missing: ['counters'],
        pictures: { timeline: '<svg xmlns="http://www.w3.org/2000/svg"/>' },
      },
      tookMs: 4200,
    },
    {
      lab: '03-storm',
      measurement: 'other',
      outcome: 'not measured',
      measured: { summary: 'on Linux only', figures: {} },
      tookMs: 1,
    },
    {
      lab: '03-storm',
      measurement: 'broken',
      outcome: 'error',
      measured: { summary: 'no server', figures: {} },
      tookMs: 1,
    },
  ];

  test('stand beside the results, and fail nothing', () => {
    const { files } = buildReports(run, results.slice(0, 1), measurements);
    expect([...files.keys()]).toEqual([
      'results.json',
      'summary.md',
      'junit.xml',
      'pictures/03-storm--backlog--timeline.svg',
      'records/01-lost-update--get-set.json',
    ]);
    expect(JSON.parse(files.get('results.json')!)).toMatchObject({
      measurements: [
        {
          lab: '03-storm',
          measurement: 'backlog',
          outcome: 'measured',
          figures: { requests: 2650, stallMs: 1430.5 },
          missing: ['counters'],
          pictures: { timeline: 'pictures/03-storm--backlog--timeline.svg' },
          ms: 4200,
        },
        { measurement: 'other', outcome: 'not measured', summary: 'on Linux only' },
        { measurement: 'broken', outcome: 'error' },
      ],
    });
    const junit = files.get('junit.xml')!;
    expect(junit).toContain(
      '<testsuite name="03-storm" tests="3" failures="0" errors="1" time="4.202" skipped="1">',
    );
    expect(junitNumbers(junit)).toEqual({ tests: 4, failures: 0, errors: 1, skipped: 1 });
    expect(junit).toContain('\nrequests = 2650\nstallMs = 1430.5</system-out>');
    expect(junit).toContain('<system-out>measured: 712 of 2,650 requests failed &amp; &lt;more&gt;\n');
    expect(junit).toContain('<skipped message="on Linux only"/>');
    const summary = files.get('summary.md')!;
    expect(summary).toContain('1 variant: 1 as expected; 1 measured, 1 not measured, 1 error.');
    expect(summary).toContain('  - [timeline](pictures/03-storm--backlog--timeline.svg)');
  });

  test('are a line each in the terminal, and what is missing below', () => {
    const lines = measurements.flatMap((one) => renderMeasurement(one, { columns: 80, colour: false }));
    expect(lines).toEqual([
      '• 03-storm/backlog measured: 712 of 2,650 requests failed & <more>',
      '    not measured: counters',
      '– 03-storm/other not measured: on Linux only',
      '? 03-storm/broken error: no server',
    ]);
  });
});
