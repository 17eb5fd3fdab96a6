/** For tests of the page: results made of records. */
import type { RaceRecord } from '../../harness/record/format.js';
import type { Verdict } from '../../harness/record/verdict.js';
import type { RunFacts, VariantResult } from '../../harness/report/results/results.js';

/** Of a run that was never made. */
export const RUN_FACTS: RunFacts = {
  tool: { name: 'redis-race-lab', version: '1.2.3' },
  redis: { version: '7.0.15', product: 'redis', source: 'process', clock: 'shim' },
  ranAt: '2026-01-02T03:04:05.678Z',
};

/** A result that is as expected, with this record. */
export function resultOfRecord(record: RaceRecord): VariantResult {
  const { kind, invariant, observed } = record.verdict;
  const { lab = 'lab', variant = 'variant', scenario, workers, redis, minimal } = record;
  const verdict = {
    ...{ kind, invariant, message: observed, scenario, workers, redis, minimal, record },
    ...{
      strategy: 'exhaustive',
      executions: 7,
      complete: false,
      bounds: { faults: 1 },
      capped: 0,
      tookMs: 12,
    },
  } as unknown as Verdict;
  return { lab, variant, expect: { kind: 'breaks', invariant }, verdict, record: 'records/a.json' };
}
