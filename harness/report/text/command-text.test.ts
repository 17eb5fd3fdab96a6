import { describe, expect, test } from 'vitest';
import { briefStep, replyText, stepText, valueText, workerName } from './command-text.js';
import type { RecordStep } from '../../record/format.js';

const step = (fields: Partial<RecordStep>): RecordStep => ({
  n: 1,
  worker: 1,
  kind: 'command',
  id: 'w1.1',
  atMs: 0,
  ...fields,
});

describe('stepText', () => {
  test('quotes only the arguments that need it', () => {
    expect(stepText(step({ command: ['SET', 'a key', '', '{"a":1}', "it's"] }))).toBe(
      `SET "a key" "" '{"a":1}' "it's"`,
    );
  });

  test('other steps say what they are', () => {
    expect(stepText(step({ kind: 'timer', text: 'timer 50 ms' }))).toBe('timer 50 ms');
    expect(stepText(step({ kind: 'step', text: 'payment booked' }))).toBe('▸ payment booked');
  });
});

test('briefStep cuts tokens and scripts', () => {
  const script = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end";
  expect(
    briefStep(step({ command: ['EVAL', script, '1', 'lock', '177b7717-b671-403d-a09d-bb92a0cd4eb5'] })),
  ).toBe("EVAL \"if redis.call('get', K… 1 lock 177b7717-b671-403d-a09d…");
  expect(briefStep(step({ command: ['MGET', ...Array.from({ length: 50 }, () => 'k')] })).length).toBe(70);
});

test('of a long script its first call stands for all', () => {
  const script =
    "--[[\n  Adds a job.\n]]\nlocal key = KEYS[1] -- the queue\nlocal rcall = redis.call\nif rcall('exists', key) == 1 then\n  return 0\nend";
  expect(stepText(step({ command: ['EVAL', script, '1', 'queue'] }))).toBe(
    `EVAL "if rcall('exists', key) == 1 then …" 1 queue`,
  );
});

describe('replyText', () => {
  test.each([
    [null, '(nil)'],
    ['OK', 'OK'],
    ['5', '"5"'],
    ['', '""'],
    [5, '5'],
    [true, 'true'],
    [{ error: 'ERR no\nsuch' }, String.raw`✗ ERR no\nsuch`],
    [['a', null, 1], '["a", (nil), 1]'],
    [[], '[]'],
    [{ map: ['a', 1, 'b', null] }, '{"a": 1, "b": (nil)}'],
    ['\u001B[31m', String.raw`"\x1b[31m"`],
    [{ unheard: 'of' }, '{"unheard":"of"}'],
  ])('%j is shown as %s', (reply, text) => {
    expect(replyText(reply)).toBe(text);
  });
});

test('values and workers', () => {
  expect([valueText(null), valueText(''), valueText('5')]).toEqual(['(nil)', '""', '5']);
  expect([workerName(0), workerName(3)]).toEqual(['shared', 'w3']);
});
