import { describe, expect, test } from 'vitest';
import { isPrintOf, MONITOR_STYLES, parseMonitorLine, printWords, readWords } from './monitor-line.js';

const AWKWARD = [
  'EVAL',
  'return "x"',
  '1',
  '{"a":1}',
  'back\\slash',
  'line\nend\t\u0007\b\r',
  '\u0001\u00ff',
  '',
];

describe('a line of MONITOR', () => {
  test('says who sent what', () => {
    expect(parseMonitorLine('+1700000000.123456 [3 lua] "SET" "a" "1"\r\n')).toEqual({
      database: '3',
      source: 'lua',
      words: '"SET" "a" "1"',
    });
    expect(parseMonitorLine('+OK')).toBeUndefined();
  });

  test('is read back as it was printed', () => {
    expect(readWords(printWords(AWKWARD, 'escaped'), 'escaped')).toEqual(AWKWARD);
    expect(printWords(['{"a\\n":1}\n'], 'escaped')).toBe(String.raw`"{\"a\\n\":1}\n"`);
  });

  test('is read back where quotation marks are printed plainly, and not guessed', () => {
    expect(printWords(['{"a":1}\n'], 'plain')).toBe(String.raw`"{"a":1}\n"`);
    expect(readWords('"SET" "cart" "{"a":1}"', 'plain')).toEqual(['SET', 'cart', '{"a":1}']);
    expect(readWords(String.raw`"SET" "cart" "a\n"`, 'plain')).toBeUndefined();
  });

  test.each(MONITOR_STYLES)('belongs to the command with just these arguments (%s)', (style) => {
    const printed = printWords(AWKWARD, style);
    expect(isPrintOf(printed, AWKWARD, style)).toBe(true);
    expect(isPrintOf(printed, ['eval', ...AWKWARD.slice(1)], style)).toBe(true);
    expect(isPrintOf(printed, AWKWARD.slice(0, -1), style)).toBe(false);
    expect(isPrintOf(printed, [...AWKWARD.slice(0, -1), 'b'], style)).toBe(false);
    expect(isPrintOf('"EXEC"', ['exec'], style)).toBe(true);
  });

  test('belongs to nobody where two commands print the same', () => {
    expect(isPrintOf('"EVAL" "a" "b"', ['EVAL', 'a" "b'], 'plain')).toBe(false);
  });
});
