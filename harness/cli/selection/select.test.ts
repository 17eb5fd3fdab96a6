import { describe, expect, test } from 'vitest';
import { scenario } from '../../scenario/scenario.js';
import { select, variantName } from './select.js';

describe('select', () => {
  const variant = (name: string) => ({
    name,
    title: name,
    scenario: scenario({ name, workers: async () => {}, invariants: [] }),
    expect: { kind: 'holds' } as const,
  });
  const labs = [
    { id: '01-a', title: 'A', variants: [variant('x'), variant('y')] },
    { id: '10-b', title: 'B', variants: [variant('x')] },
  ];
  const sources = {
    cwd: process.cwd(),
    loadLabs: async () => labs,
    importFile: () => Promise.reject(new Error('not in this test')),
  };
  const names = async (...words: string[]): Promise<string> =>
    (await select(sources, words)).variants.map(variantName).join(' ');

  test.each([
    [[], '01-a/x 01-a/y 10-b/x'],
    [['01-a'], '01-a/x 01-a/y'],
    [['1'], '01-a/x 01-a/y'],
    [['01'], '01-a/x 01-a/y'],
    [['b'], '10-b/x'],
    [['10/x', 'a/y', 'a/y'], '01-a/y 10-b/x'],
    [['labs/01-a/'], '01-a/x 01-a/y'],
    [['./labs/01-a/y'], '01-a/y'],
  ])('%j', async (words, selected) => {
    expect(await names(...words)).toBe(selected);
  });

  test('refuses the rest', async () => {
    await expect(names('0')).rejects.toThrow('unknown lab "0"');
    await expect(names('')).rejects.toThrow('unknown lab ""');
    await expect(names('01/x/y')).rejects.toThrow('lab 01-a has no variant "x/y"');
  });
});
