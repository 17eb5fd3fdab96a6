import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FAULT_KINDS } from '../../faults/catalogue.js';
import type { Explored } from './explored.js';
import { renderFailure } from './failure.js';
import type { RaceRecord, RecordStep } from '../../record/format.js';
import { laneTable } from '../lanes/lanes.js';
import { readRecord } from '../../record/read.js';
import { widthOf } from '../../base/text.js';

/** Records of real executions, one for each kind of failure. */
const GOLDEN = fileURLToPath(new URL('../../record/golden/', import.meta.url));
const NAMES = readdirSync(GOLDEN).flatMap((file) => /^(.*)\.json$/.exec(file)?.[1] ?? []);
const REPLAY = 'npx race-lab replay reports/latest/records/example.json';

const explored: Explored = {
  kind: 'breaks',
  executions: 1234,
  complete: false,
  bounds: { preemptions: 2, faults: 1 },
  capped: 0,
  strategy: 'systematic',
};

function golden(name: string): Promise<RaceRecord> {
  return readRecord(`${GOLDEN}${name}.json`);
}

describe.each(NAMES)('%s', (name) => {
  test.each([80, 120])('at %i columns', async (columns) => {
    const text = renderFailure(await golden(name), { columns, verdict: explored, replay: REPLAY });
    await expect(`${text}\n`).toMatchFileSnapshot(`golden/${name}.${columns}.txt`);
    for (const line of text.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(columns);
  });

  test('says the same with colours', async () => {
    const record = await golden(name);
    const coloured = renderFailure(record, { columns: 80, colour: true });
    expect(coloured).toContain('\u001B[');
    expect(stripVTControlCharacters(coloured)).toBe(renderFailure(record, { columns: 80 }));
  });
});

test('a line to copy is never broken', async () => {
  const replay = `npx race-lab replay ${'long/'.repeat(40)}file.json`;
  expect(renderFailure(await golden('lost-update'), { columns: 60, replay })).toContain(replay);
});

test('without a verdict it says nothing about what was explored', async () => {
  const record = await golden('lost-update');
  expect(renderFailure(record)).not.toContain('explored');
  expect(renderFailure(record, { verdict: { ...explored, complete: true } })).toContain(
    'all 1,234 executions',
  );
  expect(renderFailure(record, { columns: 160, verdict: { ...explored, capped: 3 } })).toContain(
    '3 of them reached the step limit',
  );
});

test('a failure that does not come back every time says so', async () => {
  const record = { ...(await golden('lost-update')), reproduced: { times: 13, of: 20 } };
  expect(renderFailure(record)).toContain(
    'reproduced 13/20 in the process that found it: something that the lab does not control',
  );
});

describe('whatever the steps are', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.constantFrom('GET', 'k', '', 'OK', '漢字'.repeat(40)),
  );
  const value = fc.option(text);
  const step = fc.record(
    {
      worker: fc.integer({ min: 0, max: 50 }),
      kind: fc.constantFrom('command' as const, 'connect' as const, 'step' as const, 'timer' as const),
      atMs: fc.integer({ min: 0, max: 100_000 }),
      command: fc.array(text, { minLength: 1, maxLength: 5 }),
      text,
      reply: fc.jsonValue(),
      fault: fc.constantFrom(...FAULT_KINDS),
      preemption: fc.boolean(),
      source: fc.oneof(text, fc.constant('src/locks/a-file-with-a-long-name.ts:123:45')),
      values: fc.array(fc.record({ key: text, before: value, after: value }), { maxLength: 3 }),
      notes: fc.array(text, { maxLength: 2 }),
    },
    { requiredKeys: ['worker', 'kind', 'atMs'] },
  );
  const steps = fc.array(step, { maxLength: 25 }).map((list) =>
    list.map((fields, at): RecordStep => ({
      n: at + 1,
      id: `s${at}`,
      ...(fields as Omit<RecordStep, 'n' | 'id'>),
    })),
  );

  test('the lane table keeps to the width and shows every step', async () => {
    const record = await golden('lost-update');
    fc.assert(
      fc.property(steps, fc.integer({ min: 60, max: 200 }), (list, columns) => {
        const lines = laneTable({ ...record, steps: list }, { columns, colour: false });
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns);
        for (const line of lines) expect(line).not.toMatch(/[\p{Cc}]/u);
        expect(lines.length).toBeGreaterThan(0);
      }),
      { numRuns: 100 },
    );
  });

  test('there is always a diagnosis', async () => {
    const record = await golden('lost-update');
    fc.assert(
      fc.property(steps, text, text, (list, invariant, observed) => {
        const verdict = { ...record.verdict, invariant, observed };
        expect(renderFailure({ ...record, verdict, steps: list }, { columns: 80 })).toMatch(/^✗\s+\S/);
      }),
      { numRuns: 100 },
    );
  });
});
