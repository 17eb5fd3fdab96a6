/** Records that somebody else made: printing them is safe, and takes work that grows with their size. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parseRecord } from '../../record/read.js';
import { renderFailure } from './failure.js';

const FILE = fileURLToPath(
  new URL('../../../reports/03-lock-acquisition--get-then-del.json', import.meta.url),
);

/** As little of a record as the tests change. */
interface Raw {
  client: Record<string, string>;
  redis: Record<string, string>;
  found: Record<string, unknown>;
  verdict: Record<string, unknown>;
  explanation: Record<string, unknown>;
  steps: Record<string, unknown>[];
  scenario: string;
}

function raw(): Raw {
  return JSON.parse(readFileSync(FILE, 'utf8')) as Raw;
}

function print(record: Raw): string {
  return renderFailure(parseRecord(JSON.stringify(record), 'a record'), { columns: 100 });
}

function many<T>(length: number, make: (at: number) => T): T[] {
  return Array.from({ length }, (_, at) => make(at));
}

const WORDS = 100_000;
const LARGE: Record<string, (record: Raw) => void> = {
  'MSET of 10,000 keys': ({ steps }) => {
    steps[0]!['command'] = ['MSET', ...many(10_000, (at) => [`k${at}`, `v${at}`]).flat()];
    steps[0]!['values'] = many(10_000, (at) => ({ key: `k${at}`, before: null, after: `v${at}` }));
  },
  'a command of 100,000 words': ({ steps }) => void (steps[0]!['command'] = many(WORDS, () => 'word')),
  'a reply of 100,000 values': ({ steps }) => void (steps[0]!['reply'] = many(WORDS, () => 'value')),
  '100,000 notes': ({ steps }) => void (steps[0]!['notes'] = many(WORDS, () => 'a note')),
  '100,000 words observed': ({ verdict }) => void (verdict['observed'] = 'word '.repeat(WORDS)),
  'one word of a million characters': (record) => void (record.scenario = 'x'.repeat(1_000_000)),
  '100,000 places': ({ verdict }) => void (verdict['where'] = many(WORDS, () => 'a.ts:1:1')),
  '100,000 reversions': ({ explanation }) =>
    void (explanation['reverted'] = many(WORDS, () => ({ step: 1, change: 'fault', necessary: true }))),
  '10,000 steps': (record) => {
    const [first] = record.steps;
    record.steps = many(10_000, (at) => ({
      ...first,
      n: at + 1,
      worker: 1 + (at % 3),
      source: `f${at}.ts:1:1`,
    }));
    record.explanation['unrelated'] = [];
  },
};

test.each(Object.entries(LARGE))('%s', (_, change) => {
  const record = raw();
  change(record);
  print(raw());
  const before = process.cpuUsage();
  const text = print(record);
  // Processor time, a small part of it when all is well; what grows with the square takes minutes.
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(15_000);
  expect(text.length).toBeLessThan(400_000);
});

test('a reply that is nested 100,000 deep is cut', () => {
  let reply: unknown = 1;
  for (let depth = 0; depth < 100_000; depth++) reply = depth % 2 === 0 ? [reply] : { map: ['k', reply] };
  const record = parseRecord(JSON.stringify(raw()), 'a record');
  const deep = { ...record, steps: record.steps.map((step) => ({ ...step, reply })) };
  expect(renderFailure(deep, { columns: 100 })).toContain('…');
});

test('what is cut stays different where it was, and the keys that others touch are kept', () => {
  const record = raw();
  record.steps[0]!['values'] = many(500, (at) => ({ key: `k${at}`, before: null, after: 'v' }));
  record.steps[1]!['values'] = [{ key: 'k499', before: 'v', after: 'w' }];
  expect(print(record)).toContain('k499');
});

/** One of each kind: cursor, colour, 8-bit control, line and paragraph, direction, invisible, tag, annotation. */
const HARMFUL =
  '\u001B[2J\u001B[31m\u009B1m\r\u2028\u2029\u202E\u061C\u00AD\u200B\u3164\u{E0001}\u{E0041}\uFFF9\uFEFF';

test('no text of a record reaches a terminal as it is', () => {
  const poison = (value: unknown): unknown => {
    if (typeof value === 'string') return `${HARMFUL}${value}`;
    if (Array.isArray(value)) return value.map(poison);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, poison(item)]));
  };
  const { kind, ...verdict } = raw().verdict;
  const record = parseRecord(JSON.stringify(raw()), 'a record');
  const poisoned = {
    ...record,
    ...(poison({ scenario: record.scenario, client: record.client }) as object),
    redis: { ...record.redis, ...(poison({ version: '7', product: 'redis', source: 'process' }) as object) },
    found: { ...record.found, ...(poison({ strategy: 'random', sampler: 'pct' }) as object) },
    verdict: { kind, ...(poison(verdict) as object) },
    steps: record.steps.map(({ command, reply, values, source, notes = ['note'], ...step }) => ({
      ...step,
      ...(poison({ command, reply, values, source, notes, text: 'text' }) as object),
    })),
    lab: undefined,
    variant: undefined,
  } as typeof record;
  const text = renderFailure(poisoned, { columns: 120, all: true });
  expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u);
  expect(text).toContain('x1b');
});
