import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isOfFile, readShared, shareText } from './share.js';

const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 });

test('a shared schedule is one word, and comes out as it went in', () => {
  fc.assert(
    fc.property(fc.record({ lab: text, variant: text, tape: text, invariant: text }), (shared) => {
      const word = shareText(shared);
      expect(word).toMatch(/^play:[\w!()*+./~%:-]+$/);
      expect(readShared(word)).toEqual(shared);
    }),
  );
});

test('reads as what it is', () => {
  const shared = {
    ...{ lab: 'race/stock.race.ts', variant: 'last item' },
    ...{ tape: '-w3 0.1.f1', invariant: 'no oversell' },
  };
  expect(shareText(shared)).toBe('play:race/stock.race.ts:last+item:-w3+0.1.f1:no+oversell');
  expect(isOfFile(shared)).toBe(true);
  expect(isOfFile({ ...shared, lab: '01-lost-update' })).toBe(false);
});

test('other words are none of it, and what is damaged is named', () => {
  expect(readShared('reports/a.json')).toBeUndefined();
  expect(() => readShared('play:a:b')).toThrow('all of it');
  expect(() => readShared('play:a:b:c:%E0%A4%A')).toThrow('damaged');
  expect(() => readShared(`play:a:b:${'0'.repeat(30_000)}:d`)).toThrow('all of it');
});
