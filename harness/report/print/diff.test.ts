import { describe, expect, test } from 'vitest';
import { renderDiff } from './diff.js';
import type { RaceRecord } from '../../record/format.js';
import { readRecord } from '../../record/read.js';
import { widthOf } from '../../base/text.js';

function golden(name: string): Promise<RaceRecord> {
  return readRecord(new URL(`../../record/golden/${name}.json`, import.meta.url).pathname);
}

/** Pairs of records of real executions. */
const PAIRS = [
  ['lost-update', 'lost-update'],
  ['lost-update', 'check-then-act'],
  ['ghost-lock', 'ghost-lock-resend'],
  ['foreign-release', 'two-holders'],
  ['retry-loop', 'retry-loop'],
] as const;

describe.each(PAIRS)('%s and %s', (first, second) => {
  test.each([80, 120])('at %i columns', async (columns) => {
    const a = { name: `${first}.json`, record: await golden(first) };
    const b = { name: `${second}.json`, record: await golden(second) };
    const { text, same } = renderDiff(a, b, { columns, colour: false });
    expect(same).toBe(first === second);
    await expect(`${text}\n`).toMatchFileSnapshot(`golden/diff/${first}.${second}.${columns}.txt`);
    for (const line of text.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(columns);
  });
});

describe('what counts as a difference', () => {
  async function diff(change: (record: RaceRecord) => RaceRecord, all = false): Promise<string[]> {
    const record = await golden('retry-loop');
    const { text } = renderDiff(
      { name: 'a', record },
      { name: 'b', record: change(structuredClone(record)) },
      { columns: 80, colour: false, all },
    );
    return text.split('\n');
  }
  const withStep = (at: number, fields: object) => (record: RaceRecord) => ({
    ...record,
    steps: record.steps.with(at, { ...record.steps[at]!, ...fields }),
  });

  test.each([
    [{ worker: 1 }, "in A it is w2's turn, in B w1's"],
    [{ command: ['GET', 'lock'] }, 'w2 does not do the same'],
    [{ fault: 'reset-after-apply' }, 'a fault in B only, or another one'],
    [{ reply: 'OK' }, 'the replies'],
    [{ atMs: 7 }, 'the time'],
  ])('%j', async (fields, text) => {
    const lines = await diff(withStep(20, { id: 'x', ...fields }));
    expect(lines[0]).toBe(`✗ First difference at step 21: ${text}.`);
    // Equal steps on both sides are folded, but for a few.
    expect(lines.join('\n')).toContain('… 18 equal steps (1 to 18)');
    expect(lines.filter((line) => line.includes('≠')).length).toBe(1);
  });

  test('source lines, values and notes do not', async () => {
    const lines = await diff(withStep(20, { source: 'elsewhere.ts:1:1', values: [], notes: ['something'] }));
    expect(lines[0]).toContain('✓ The same: all 42 steps');
  });

  test('the verdict does, and equal steps are shown when all are wanted', async () => {
    const lines = await diff(
      (record) => ({ ...record, verdict: { ...record.verdict, observed: 'something else' } }),
      true,
    );
    expect(lines[0]).toBe('✗ The steps are the same, the verdicts are not.');
    expect(lines.filter((line) => line.includes('SET lock t2 NX')).length).toBeGreaterThan(15);
  });

  test('one that ends earlier', async () => {
    const lines = await diff((record) => ({ ...record, steps: record.steps.slice(0, 40) }));
    expect(lines[0]).toBe('✗ The first 40 steps are the same; then B ends, and A goes on.');
  });
});
