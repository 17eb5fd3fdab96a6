import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  count,
  fit,
  forTerminal,
  grouped,
  harmless,
  listed,
  pad,
  plainJson,
  roughly,
  widthOf,
  wrap,
} from './text.js';

const anyText = fc
  .oneof(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.string({ unit: 'binary', maxLength: 60 }))
  .map(harmless);

describe('harmless', () => {
  test('control characters, line breaks and colours become visible', () => {
    expect(harmless('a\nb\tc\r\0\u001B[31m\u007F\u009B')).toBe(String.raw`a\nb\tc\r\0\x1b[31m\x7f\x9b`);
  });

  test('characters that turn the direction of writing become visible, letters of any script stay', () => {
    expect(harmless('\u202Eabc\u2066 漢字 עברית 👩‍👩‍👧')).toBe(String.raw`\u{202e}abc\u{2066} 漢字 עברית 👩‍👩‍👧`);
  });

  test('whatever is invisible becomes visible, and emoji stay whole', () => {
    const hidden =
      '\u00AD\u034F\u061C\u115F\u180E\u200B\u200C\u2028\u2060\u3164\uFEFF\uFFA0\uFFF9\u{E0001}\u{E0041}\u{E0100}';
    for (const character of hidden) expect(harmless(`a${character}b`)).toMatch(/^a\\(x|u\{)[\da-f]+\}?b$/);
    expect(harmless('❤️ 👩‍👩‍👧')).toBe('❤️ 👩‍👩‍👧');
  });

  test('the gate of a terminal passes lines, and colours and a new begin of the line only where there are some', () => {
    const text = 'a\u001B[31mb\u001B[39m\n\r\u001B[Kc\u001B[2Jd\u009B\u202E\r';
    const [plain, both] = [false, true].map((is) => forTerminal(text, { colour: is, rewritable: is }));
    expect(plain).toBe(String.raw`a\x1b[31mb\x1b[39m` + '\n' + String.raw`\r\x1b[Kc\x1b[2Jd\x9b\u{202e}\r`);
    expect(both).toBe('a\u001B[31mb\u001B[39m\n\r\u001B[Kc' + String.raw`\x1b[2Jd\x9b\u{202e}\r`);
  });

  test('JSON for a terminal means the same', () => {
    const value = { a: '\u009B\u202E\u{E0001}\n é 漢' };
    const json = plainJson(JSON.stringify(value, undefined, 2));
    expect(json).not.toMatch(/[\p{Cf}\u0080-\u009F]/u);
    expect(JSON.parse(json)).toEqual(value);
  });

  test('a value of megabytes is cut', () => {
    expect(harmless('x'.repeat(5_000_000)).length).toBe(2001);
  });
});

describe('fit and pad', () => {
  test('cuts at either end', () => {
    expect(fit('abcdef', 6)).toBe('abcdef');
    expect(fit('abcdef', 4)).toBe('abc…');
    expect(fit('abcdef', 4, 'end')).toBe('…def');
    expect(fit('abcdef', 1)).toBe('…');
    expect(fit('abcdef', 0)).toBe('');
  });

  test('counts columns, not characters, and never cuts a character in two', () => {
    expect(fit('漢字漢字', 5)).toBe('漢字…');
    expect(fit('漢字漢字', 4)).toBe('漢…');
    expect(fit('👩‍👩‍👧👩‍👩‍👧', 3)).toBe('👩‍👩‍👧…');
    expect(fit('\u03CC\u0300\u{10000}', 2)).toBe('\u03CC\u0300\u{10000}');
  });

  test('never takes more than the width, and pad takes exactly that', () => {
    fc.assert(
      fc.property(
        anyText,
        fc.integer({ min: 0, max: 70 }),
        fc.constantFrom('start' as const, 'end' as const),
        (text, width, keep) => {
          expect(widthOf(fit(text, width, keep))).toBeLessThanOrEqual(width);
          expect(widthOf(pad(text, width))).toBe(width);
          if (width > 0 && widthOf(text) <= width) expect(fit(text, width, keep)).toBe(text);
        },
      ),
    );
  });
});

describe('wrap', () => {
  test('breaks at spaces', () => {
    expect(wrap('one two three', 8)).toEqual(['one two', 'three']);
  });

  test('breaks words that are longer than a line', () => {
    expect(wrap('a abcdefgh b', 3)).toEqual(['a', 'abc', 'def', 'gh', 'b']);
  });

  test('loses nothing but spaces, and keeps every line within the width', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 2, max: 40 }), (text, width) => {
        const lines = wrap(text, width);
        for (const line of lines) {
          // A single character may be wider than the line.
          const characters = [...new Intl.Segmenter().segment(line)].length;
          if (characters > 1) expect(widthOf(line)).toBeLessThanOrEqual(width);
        }
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });
});

test('numbers and lists in words', () => {
  expect([count(1, 'step'), count(0, 'step'), count(12_345, 'step')]).toEqual([
    '1 step',
    '0 steps',
    '12,345 steps',
  ]);
  expect([grouped(999), grouped(1000), grouped(1_234_567)]).toEqual(['999', '1,000', '1,234,567']);
  expect([0, 7, 640, 7134, 99_999, 5.1862e6, 3.2e14, 3.2e38].map(roughly)).toEqual([
    '0',
    '7',
    '640',
    '7,140',
    '100,000',
    '5,190,000',
    '320,000,000,000,000',
    '10^38',
  ]);
  expect([listed([]), listed(['a']), listed(['a', 'b']), listed(['a', 'b', 'c'])]).toEqual([
    '',
    'a',
    'a and b',
    'a, b and c',
  ]);
});
