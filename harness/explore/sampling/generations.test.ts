import { expect, test } from 'vitest';
import { Generations } from './generations.js';
import type { Sampled } from '../samplers/profile.js';

const sampled = (contested: number): Sampled => ({ steps: [], contested, faultPoints: 0, whole: true });

test('should begin generations at the same executions always: each as long as all before it, up to a limit', () => {
  const generations = new Generations();
  const begun: number[] = [];
  for (let execution = 1; execution <= 1100; execution++) {
    if (!generations.reach(execution)) continue;
    begun.push(execution);
    expect(generations.range[0]).toBe(execution);
  }
  expect(begun).toEqual([1, 2, 3, 5, 9, 17, 33, 65, 129, 257, 513, 769, 1025]);
});

test('should plan with earlier generations only, and count this one, too', () => {
  const generations = new Generations();
  for (const [execution, contested] of [4, 2, 6, 1].entries()) {
    generations.reach(execution + 1);
    generations.note(sampled(contested));
  }
  expect(generations.range).toEqual([3, 4]);
  expect(generations.profile.contested).toBe(4);
  expect(generations.extent).toEqual({ threads: 0, contested: 6 });
});
