import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RecordError } from './error.js';
import { parseRecord, readRecord } from './read.js';

const GOLDEN = new URL('golden/lost-update.json', import.meta.url);

let folder: string;
let good: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'race-lab-read-'));
  good = await readFile(GOLDEN, 'utf8');
});
afterAll(() => rm(folder, { recursive: true }));

/** The good record with one thing changed. */
function damaged(change: (record: Record<string, unknown>) => void): string {
  const record = JSON.parse(good) as Record<string, unknown>;
  change(record);
  return JSON.stringify(record);
}

function complaint(text: string): string {
  try {
    parseRecord(text, 'x.json');
  } catch (error) {
    expect(error).toBeInstanceOf(RecordError);
    expect((error as Error).message).not.toContain('\n');
    return (error as Error).message;
  }
  throw new Error('it was accepted');
}

describe('parseRecord', () => {
  test('takes what was written', () => {
    expect(parseRecord(good, 'x').verdict.invariant).toBe('no lost update');
    expect(parseRecord(`\uFEFF${good}`, 'x').format).toBe(1);
  });

  test('takes fields that it does not know', () => {
    expect(
      parseRecord(
        damaged((record) => Object.assign(record, { later: 1 })),
        'x',
      ).format,
    ).toBe(1);
  });

  test.each([
    ['', 'x.json is not a record: the file is empty'],
    ['{"format": 1,', 'x.json is not a record: it is not JSON'],
    ['[]', 'x.json is not a record: it has no "format"'],
    ['null', 'x.json is not a record: it has no "format"'],
    ['{"format": 7}', 'x.json was written by a newer version: format 7, this version reads up to 1'],
  ])('refuses %j', (text, message) => {
    expect(complaint(text)).toBe(message);
  });

  test('names the field that is damaged', () => {
    const worker = damaged((record) => Object.assign((record['steps'] as object[])[2]!, { worker: 'w1' }));
    expect(complaint(worker)).toMatch(/^x\.json is damaged: steps\[2]\.worker: .*number/);
    expect(complaint('{"format": 1}')).toMatch(/^x\.json is damaged: tool: .* \(and \d+ more\)$/);
    expect(complaint('{"format": "1"}')).toMatch(/^x\.json is damaged: format: /);
  });
});

test('what might have happened is a plan as in a scenario', () => {
  const planned = (...faults: unknown[]): string => damaged((record) => Object.assign(record, { faults }));
  const late = { kind: 'late-reply', at: { nth: 2 } };
  expect(parseRecord(planned('outage', late), 'x').faults).toEqual(['outage', late]);
  expect(complaint(planned('outage', 'bad luck'))).toMatch(
    /^x\.json is damaged: faults\[1]: unknown fault "bad luck": one of /,
  );
  expect(complaint(planned({ kind: 'outage', connects: 0 }))).toMatch(
    /faults\[0]: "connects" of "outage" is /,
  );
  expect(complaint(planned(null))).toMatch(/^x\.json is damaged: faults\[0]: /);
});

test('an explanation of steps that are not there is damage', async () => {
  const record = await readRecord(new URL('golden/late-command.json', import.meta.url).pathname);
  expect(complaint(JSON.stringify({ ...record, steps: record.steps.slice(0, 2) }))).toBe(
    'x.json is damaged: explanation: it is about steps that are not there',
  );
});

describe('readRecord', () => {
  test('says why a file cannot be read', async () => {
    await expect(readRecord(join(folder, 'none.json'))).rejects.toThrow(
      `cannot read ${folder}/none.json: no such file`,
    );
    await expect(readRecord(folder)).rejects.toThrow(`cannot read ${folder}: this is a folder`);
  });

  test('names the file in every complaint', async () => {
    const path = join(folder, 'half.json');
    await writeFile(path, good.slice(0, 100));
    await expect(readRecord(path)).rejects.toThrow(`${path} is not a record: it is not JSON`);
  });
});

test('what is wrong with a damaged record is said in a bounded line that no terminal minds', () => {
  const name = `\u001B[2J${'x'.repeat(50_000)}`;
  for (const damaged of [
    { format: 1, faults: [{ kind: name }] },
    { format: 1, tool: { name }, steps: [{ kind: name }] },
    { format: 1, faults: [{ kind: 'server-busy', [name]: name }] },
  ]) {
    const read = (): unknown => parseRecord(JSON.stringify(damaged), 'record.json');
    expect(read).toThrow(/^record\.json is damaged: [^\p{Cc}]{1,500}$/u);
  }
});
