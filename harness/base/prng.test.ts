import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Prng } from './prng.js';

describe('Prng', () => {
  test('should give the same numbers on every machine', () => {
    const random = new Prng(1, 2);
    expect([random.uint32(), random.uint32(), random.uint32()]).toEqual(GOLDEN);
  });

  test('should give other numbers for another seed or stream', () => {
    const first = (seed: number, stream: number): number => new Prng(seed, stream).uint32();
    expect(new Set([first(1, 1), first(1, 2), first(2, 1), first(2, 2)]).size).toBe(4);
  });

  test('should stay below the bound, and reach every number below it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(), (bound, seed) => {
        const random = new Prng(seed);
        const seen = new Set(Array.from({ length: 400 }, () => random.below(bound)));
        expect([...seen].sort((a, b) => a - b)).toEqual(Array.from({ length: bound }, (_, at) => at));
      }),
    );
  });

  test('should give units like Math.random', () => {
    const random = new Prng(3);
    const units = Array.from({ length: 2000 }, () => random.unit());
    expect(units.every((unit) => unit >= 0 && unit < 1)).toBe(true);
    expect(Math.abs(units.reduce((sum, unit) => sum + unit) / units.length - 0.5)).toBeLessThan(0.03);
  });

  test('should start again when seeded again', () => {
    const random = new Prng(5, 1);
    const before = [random.uint32(), random.unit(), random.below(9)];
    random.reseed(5, 1);
    expect([random.uint32(), random.unit(), random.below(9)]).toEqual(before);
  });
});

const GOLDEN = [3248000297, 1355253908, 3493692787];
