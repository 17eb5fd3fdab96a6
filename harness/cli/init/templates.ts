/** What `race-lab init` puts into a project. */
import type { FoundProject, TestRunner } from './project.js';

/** A file that is put into a project. @internal */
export interface NewFile {
  /** Relative to the project, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** What it is, in a few words. */
  readonly what: string;
}

/** A script of `package.json`. @internal */
export interface NewScript {
  readonly name: string;
  readonly command: string;
}

/** What a project gets. @internal */
export interface Additions {
  readonly scenario: NewFile;
  readonly test: NewFile;
  /** To run what is there, and the test. */
  readonly scripts: readonly [run: NewScript, test: NewScript];
}

const FOLDER = 'race';
/** How runners are called in words. */
const NAMES: Readonly<Record<TestRunner, string>> = { vitest: 'vitest', jest: 'Jest', node: 'node:test' };

/** Puts together what fits a project. @internal */
export function additionsFor(project: FoundProject): Additions {
  const ending = endingFor(project);
  const scenario = `${FOLDER}/first.race.${ending}`;
  const test = `${FOLDER}/first.${project.runner === 'jest' ? 'jest' : 'test'}.${ending}`;
  const imported = `./first.race.${ending.replace('ts', 'js')}`;
  return {
    scenario: {
      path: scenario,
      text: scenarioText(scenario, test),
      what: 'a scenario: two customers and one stock counter',
    },
    test: {
      path: test,
      text: TESTS[project.runner](imported),
      what: `a test of it, for ${NAMES[project.runner]}`,
    },
    scripts: [
      { name: 'race', command: 'race-lab run' },
      { name: 'race:test', command: testCommand(project.runner, test) },
    ],
  };
}

/** Always ES modules, whatever the project is; Jest compiles no TypeScript without being told how. */
function endingFor({ isModule, hasTypeScript, runner }: FoundProject): string {
  const letter = hasTypeScript && runner !== 'jest' ? 't' : 'j';
  return isModule && runner !== 'jest' ? `${letter}s` : `m${letter}s`;
}

function testCommand(runner: TestRunner, path: string): string {
  if (runner === 'vitest') return `vitest run ${path}`;
  // Jest runs ES modules only so; the name of the file keeps it out of runs without.
  if (runner === 'jest')
    return `node --experimental-vm-modules node_modules/jest/bin/jest.js --testMatch "**/${path}"`;
  return path.endsWith('ts') ? `node --import tsx --test ${path}` : `node --test ${path}`;
}

/** The documentation of this file's own exports is checked by their lines. */
const EXPORTED = 'export const stock';

function scenarioText(path: string, test: string): string {
  return `// A first scenario, with a race in it. It runs on a real Redis, and shows the order of commands that breaks it:
//   npx race-lab run ${path}
// ${test} says the same as a test.
import { invariant, scenario } from 'redis-race-lab';

${EXPORTED} = scenario({
  name: 'stock',
  setup: async ({ redis }) => {
    await redis.set('stock', '10');
  },
  // Two customers, and each of them buys one piece.
  workerCount: 2,
  workers: async ({ redis }) => {
    const left = Number(await redis.get('stock'));
    await redis.set('stock', String(left - 1));
    // To mend it, let Redis do both in one step: delete the two lines above, and take this one instead.
    // await redis.decr('stock');
  },
  invariants: [
    invariant('every sale counts', async ({ redis }) => {
      const left = await redis.get('stock');
      return left === '8' ? undefined : { expected: 'stock = 8', observed: \`stock = \${left}\` };
    }),
  ],
});
`;
}

const MENDED = '// It breaks on purpose. Once the scenario is mended,';

const TESTS: Readonly<Record<TestRunner, (scenario: string) => string>> = {
  vitest: (scenario) => `import { explore } from 'redis-race-lab';
import 'redis-race-lab/vitest';
import { expect, test } from 'vitest';
import { stock } from '${scenario}';

test('every sale counts', async () => {
  ${MENDED} this is toHold().
  expect(await explore(stock)).toBreak('every sale counts');
});
`,
  jest: (scenario) => `/** @jest-environment node */
import { expect, test } from '@jest/globals';
import { explore } from 'redis-race-lab';
import 'redis-race-lab/jest';
import { stock } from '${scenario}';

test('every sale counts', async () => {
  ${MENDED} this is toHold().
  expect(await explore(stock)).toBreak('every sale counts');
});
`,
  node: (scenario) => `import { test } from 'node:test';
import { explore } from 'redis-race-lab';
import { assertBreaks } from 'redis-race-lab/node-test';
import { stock } from '${scenario}';

test('every sale counts', async (t) => {
  ${MENDED} this is assertHolds(…, t).
  assertBreaks(await explore(stock, { signal: t.signal }), 'every sale counts');
});
`,
};
