import { expect, test } from 'vitest';
import { readRecord } from '../../record/read.js';
import type { Verdict } from '../../record/verdict.js';
import type { VariantResult } from '../results/results.js';
import { annotations } from './annotations.js';

const lost = await readRecord(new URL('../../record/golden/lost-update.json', import.meta.url).pathname);

function result(verdict: Partial<Verdict>, variant = 'a, b: 50 %'): VariantResult {
  return {
    lab: 'race/stock.race.ts',
    variant,
    expect: { kind: 'holds' },
    verdict: verdict as Verdict,
    record: undefined,
  };
}

test('a finding stands at the line of the code that it is about', () => {
  const source = 'src/stock.ts:14:9';
  const record = { ...lost, steps: lost.steps.map((step) => ({ ...step, source })) };
  const [line, ...others] = annotations([
    result({ kind: 'breaks', invariant: 'no lost update', record }),
    result({ kind: 'holds' }),
  ]);
  expect(others).toEqual([]);
  expect(line).toMatch(
    /^::error file=src\/stock\.ts,line=14,title=race\/stock\.race\.ts%3Aa%2C b%3A 50 %25::Lost update on /,
  );
});

test('what nobody knows is a warning, and nothing in a text ends the line or begins another', () => {
  const lines = annotations([result({ kind: 'error', message: 'gone\r\n::error::100 %' }, 'x')]);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^::warning title=race\/stock\.race\.ts%3Ax::gone/);
  expect(lines[0]).not.toMatch(/[\r\n]/);
  expect(lines[0]).toContain('100 %25');
});
