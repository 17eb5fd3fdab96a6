import { describe, expect, test } from 'vitest';
import type { SamplingReport, Verdict } from '../../record/verdict.js';
import { exploredText } from '../../report/print/explored.js';
import { renderFailure } from '../../report/print/failure.js';
import { readRecord } from '../../record/read.js';
import { buildResults } from '../../report/results/results.js';
import { sampledText } from './sampled.js';
import { renderSummary } from '../../report/results/summary.js';

const report: SamplingReport = {
  current: 'PCT depth 2',
  executions: { 'random walk': 50, 'PCT depth 1': 50, 'PCT depth 2': 40 },
  classes: 36,
  classesAreMore: false,
  late: { executions: 14, classes: 2 },
  unseen: 0.0286,
  detection: [
    { depth: 1, runs: 50, each: 1 / 3, all: 1 - (2 / 3) ** 50 },
    { depth: 2, runs: 40, each: 1 / 36, all: 0.67589 },
    { depth: 3, runs: 40, each: 1 / 5000, all: 0.000799 },
  ],
};

const holds: Verdict = {
  kind: 'holds',
  scenario: 's',
  workers: 3,
  invariant: undefined,
  message: '140 executions, nothing wrong',
  strategy: 'rotate',
  executions: 140,
  complete: false,
  bounds: { preemptions: undefined, faults: 1 },
  sampling: report,
  capped: 0,
  minimal: undefined,
  record: undefined,
  redis: { version: '7.0.15', product: 'redis', source: 'process', clock: 'shim' },
  tookMs: 900,
};
const result = {
  lab: '01-lost-update',
  variant: 'incr',
  expect: { kind: 'holds' },
  verdict: holds,
  record: undefined,
} as const;

const run = {
  tool: { name: 'redis-race-lab', version: '1.2.3' },
  redis: holds.redis,
  ranAt: '2026-01-02T03:04:05.678Z',
} as const;

describe('sampledText', () => {
  test('should say what was seen, how fast new classes appear, and what is promised', () => {
    expect(sampledText(report)).toBe(
      '36 classes seen; 2 new in the last 14 executions, the next one new with a chance about 2.9 %; ' +
        'a bug without faults would be hit with a chance of at least 99.9 % at depth 1, ' +
        '67 % at depth 2, 0.079 % at depth 3',
    );
  });

  test('should claim no more than was seen', () => {
    expect(sampledText({ ...report, late: { executions: 14, classes: 0 }, unseen: 0, detection: [] })).toBe(
      '36 classes seen; none new in the last 14 executions, the next one new with a chance below 0.72 %',
    );
    expect(sampledText({ ...report, classes: 200_000, classesAreMore: true, detection: [] })).toContain(
      'more than 200,000 classes;',
    );
  });
});

test('a pass by sampling says that it is no proof, in the terminal line and in the summary', () => {
  expect(exploredText(holds)).toMatch(
    /^140 executions with at most 1 fault, not all there are \(rotate\); 36 classes seen; 2 new/,
  );
  expect(renderSummary([result], run)).toContain(
    '- 01-lost-update/incr: 140 executions with at most 1 fault, not all there are (rotate); 36 classes seen;',
  );
});

test('a finding says which sampler hit, and nothing about what might still be found', () => {
  expect(exploredText({ ...holds, kind: 'breaks', executions: 17 })).toBe(
    '17 executions with at most 1 fault, up to the first finding; hit by PCT depth 2, 36 classes seen',
  );
});

test('results.json holds the figures', () => {
  const { results } = buildResults(run, [result]);
  expect(results[0]!.sampling).toEqual(report);
});

test('a finding names the sampler whose execution it was', async () => {
  const record = await readRecord(new URL('../../record/golden/lost-update.json', import.meta.url).pathname);
  const found = { ...record.found, strategy: 'rotate', sampler: 'PCT depth 2', execution: 17 };
  expect(renderFailure({ ...record, found }, { columns: 120 })).toContain(
    'in execution 17, by PCT depth 2 (strategy rotate)',
  );
});
