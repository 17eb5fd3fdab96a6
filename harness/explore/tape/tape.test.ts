import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSimpler, simplerTapes } from './simpler-tapes.js';
import { Tape, TapePlayer } from './tape.js';

const anyTape = fc
  .tuple(fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 12 }), fc.subarray([1, 2, 3]))
  .map(([choices, skip]) => new Tape(choices, skip));

describe('Tape', () => {
  test('should read back what it writes', () => {
    fc.assert(
      fc.property(anyTape, (tape) => {
        const read = Tape.parse(tape.toString());
        expect(read.choices).toEqual(tape.choices.map((choice) => choice + 0));
        expect(read.skip).toEqual(tape.skip);
      }),
    );
  });

  test('should drop calm choices at the end', () => {
    expect(new Tape([0, 1, 0, 0]).toString()).toBe('0.1');
    expect(new Tape([0, 0]).toString()).toBe('calm');
    expect(new Tape([0, -2], [3, 1]).toString()).toBe('-w1 -w3 0.f2');
  });

  test.each(['', '1.', 'w1 0', '0.x', '-1'])('should refuse "%s"', (text) => {
    expect(() => Tape.parse(text)).toThrow(SyntaxError);
  });
});

describe('TapePlayer', () => {
  test('should wrap around where the tape does not fit, and be calm behind its end', () => {
    const player = new TapePlayer([5, -7, -7]);
    const decision = { moves: [{}, {}, {}], faults: [{}, {}], free: 1 } as never;
    expect(player.choose(decision)).toBe(2);
    expect(player.choose(decision)).toBe(-1);
    expect(player.choose({ moves: [{}], faults: [], free: 1 } as never)).toBe(0);
    expect(player.choose(decision)).toBe(0);
  });
});

describe('simplerTapes', () => {
  test('should give only strictly simpler tapes, each once', () => {
    fc.assert(
      fc.property(anyTape, (tape) => {
        const found = [...simplerTapes(tape, 3)];
        for (const candidate of found) expect(isSimpler(candidate, tape)).toBe(true);
        expect(new Set(found.map(String)).size).toBe(found.length);
      }),
    );
  });

  test('should order tapes strictly', () => {
    fc.assert(
      fc.property(anyTape, anyTape, (a, b) => {
        expect(isSimpler(a, b) && isSimpler(b, a)).toBe(false);
        if (a.toString() !== b.toString() && !sameUpToSign(a, b))
          expect(isSimpler(a, b) || isSimpler(b, a)).toBe(true);
      }),
    );
  });

  test('should have nothing simpler than the calm execution of one worker', () => {
    expect([...simplerTapes(new Tape([], [2, 3]), 3)]).toEqual([]);
  });
});

/** Tapes that differ only in which entry is a fault, or in which workers are left out, are equally simple. */
function sameUpToSign(a: Tape, b: Tape): boolean {
  return (
    a.choices.length === b.choices.length &&
    a.choices.every((choice, at) => Math.abs(choice) === Math.abs(b.choices[at]!))
  );
}
