import { describe, expect, test } from 'vitest';
import { ScenarioError } from '../errors.js';
import { exercise, missingExports, recognised, type Exercise } from './exercise.js';

const nothing = async (): Promise<void> => {};
const wrongFix = (name: string, looks: RegExp): Exercise['wrong'][number] => ({
  name,
  code: { count: nothing },
  looks,
  hint: 'It does not help.',
});
const counting = exercise({
  file: 'exercise.ts',
  task: 'Count.',
  checks: () => [],
  solution: { count: nothing, KEY: 'views' },
  wrong: [wrongFix('sleep', /setTimeout/), wrongFix('retry', /for \(/)],
});

describe('exercise', () => {
  test('should want two wrong fixes with two names', () => {
    const of =
      (...names: readonly string[]) =>
      () =>
        exercise({ ...counting, wrong: names.map((name) => wrongFix(name, /x/)) });
    expect(of('sleep')).toThrow(ScenarioError);
    expect(of('sleep', 'sleep')).toThrow('an exercise has two wrong fixes called "sleep"');
  });

  test('should recognise the first wrong fix that a file looks like', () => {
    expect(recognised(counting, 'for (;;) setTimeout(go, 1)')?.name).toBe('sleep');
    expect(recognised(counting, 'for (;;) go()')?.name).toBe('retry');
    expect(recognised(counting, 'go()')).toBeUndefined();
  });

  test('should not look into comments', () => {
    expect(recognised(counting, '// no setTimeout\n/* for (\n */ go("http://a") // for (')).toBeUndefined();
    expect(recognised(counting, 'go("http://a"); setTimeout(go, 1)')?.name).toBe('sleep');
  });

  test('should say which functions a file lacks', () => {
    expect(missingExports(counting, {})).toEqual(['count']);
    expect(missingExports(counting, { count: 1 })).toEqual(['count']);
    expect(missingExports(counting, { count: nothing })).toEqual([]);
  });
});
