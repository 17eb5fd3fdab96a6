/** Every exercise fails as it comes, its solution passes, and what is wrong is caught, with a sentence that teaches. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Environment } from '../harness/execution/host/environment.js';
import { explore, sharedServer, type Verdict } from '../harness/index.js';
import { missingExports, recognised, type Exercise } from '../harness/scenario/lesson/exercise.js';
import { labs } from './index.js';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
/** Labs with their exercises. */
const EXERCISES = labs.flatMap(({ id, exercise }) => (exercise === undefined ? [] : [{ id, exercise }]));
/** What code may do instead of its work. */
const CHEATS: Readonly<Record<string, () => unknown>> = {
  nothing: async () => undefined,
  'nothing, and says yes': async () => true,
  'nothing, and says no': async () => false,
  'nothing, and says null': async () => null,
};

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

/** What a file in the folder of a lab exports. */
async function load(...path: readonly string[]): Promise<object> {
  return (await import(/* @vite-ignore */ pathToFileURL(join(FOLDER, ...path)).href)) as object;
}

/** @returns the first verdict that is not "holds"; undefined when the exercise is done */
async function check({ checks }: Exercise, code: object): Promise<Verdict | undefined> {
  for (const scenario of checks(code)) {
    const verdict = await explore(scenario, { session: environment });
    if (verdict.kind !== 'holds') return verdict;
    expect(verdict.complete, verdict.message).toBe(true);
  }
  return undefined;
}

test('every lab has an exercise, with two wrong fixes or more', () => {
  expect(EXERCISES.map(({ id }) => id)).toEqual(labs.map(({ id }) => id));
  for (const { id, exercise } of EXERCISES) expect(exercise.wrong.length, id).toBeGreaterThan(1);
});

describe.each(EXERCISES)('the exercise of $id', ({ id, exercise }) => {
  const { file, solution, wrong } = exercise;
  const textOf = (...path: readonly string[]): Promise<string> => readFile(join(FOLDER, id, ...path), 'utf8');

  test('should have one TODO, and export what its solution does', async () => {
    expect((await textOf(file)).match(/TODO/g)).toHaveLength(1);
    expect(missingExports(exercise, await load(id, file))).toEqual([]);
    expect(existsSync(join(FOLDER, id, 'answers', 'solution.ts'))).toBe(true);
  });

  // Whoever has done the exercise sees this one fail, and nothing else.
  test('should break as it comes, and none of the wrong fixes should be recognised in it', async () => {
    const verdict = await check(exercise, await load(id, file));
    expect(verdict?.kind, 'it is done').toMatch(/breaks|hangs/);
    expect(recognised(exercise, await textOf(file))).toBeUndefined();
    expect(Object.keys(exercise.hints ?? {})).toContain(verdict!.invariant);
  });

  test('should be done with its solution', async () => {
    expect(await check(exercise, solution)).toBeUndefined();
  });

  test.each(wrong)('should not be done with $name, and be told why', async (fix) => {
    const verdict = await check(exercise, fix.code);
    expect(verdict, 'it passed').toBeDefined();
    expect(recognised(exercise, await textOf('answers', `${fix.name}.ts`))?.name).toBe(fix.name);
    expect(fix.hint).toMatch(/^[A-Z].{40,}\.$/);
    expect(fix.code).toEqual(await load(id, 'answers', `${fix.name}.ts`));
  });

  test.each(Object.entries(CHEATS))('should not be done with code that does %s', async (_, cheat) => {
    const code = Object.fromEntries(Object.keys(solution).map((name) => [name, cheat]));
    expect(await check(exercise, code), 'it passed').toBeDefined();
  });
});
