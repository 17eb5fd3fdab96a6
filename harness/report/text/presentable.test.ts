import { expect, test } from 'vitest';
import type { RaceRecord } from '../../record/format.js';
import { parseRecord, readRecord } from '../../record/read.js';
import { renderFailure } from '../print/failure.js';
import { presentable } from './presentable.js';

/** A record, with an operation that was given this. */
async function given(input: unknown): Promise<RaceRecord> {
  const record = await readRecord(new URL('../../record/golden/lost-update.json', import.meta.url).pathname);
  const operation = { worker: 1, name: 'o', input, start: 1, startStep: 0, startMs: 0, outcome: 'pending' };
  const history = { operations: [operation], commands: [], faults: [], ends: [] };
  return { ...record, history } as RaceRecord;
}

test.each([[[[1, 2]]], [[null]], [[{ values: 1 }]], [['a']]])(
  'values of operations are not taken for the record: steps %j',
  async (steps) => {
    const record = await given({ steps });
    expect(presentable(record)).not.toHaveProperty('history');
    expect(presentable({ cells: [{ record }] }).cells[0]!.record).not.toHaveProperty('history');
    expect(renderFailure(record, { columns: 80 })).toContain('counter');
  },
);

test('a value that is nested too deep is refused where it is read', async () => {
  const text = JSON.stringify(await given('here'));
  const nested = (depth: number): string => text.replace('"here"', '['.repeat(depth) + ']'.repeat(depth));
  expect(parseRecord(nested(400), 'a.json').history?.operations).toHaveLength(1);
  expect(() => parseRecord(nested(20_000), 'a.json')).toThrow(
    'a.json is damaged: history.operations[0].input: nested deeper than 500 levels',
  );
});
