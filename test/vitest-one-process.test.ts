import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { junitNumbers } from '../harness/report/results/testing/junit-structure.js';
import { RunnerProject, type Ran } from './support/runner-project.js';

const LOOKS = `
import { expect, test } from 'vitest';
import { explore, noLostUpdate, scenario } from 'redis-race-lab';
import 'redis-race-lab/vitest';
// Which test an exploration takes for the one that it is in.
import { runningTest } from './node_modules/redis-race-lab/dist/harness/explore/limits/running-test.js';

const safe = scenario({
  name: 'incr',
  workers: ({ redis, operation }) => operation('increment', () => redis.incr('views')),
  invariants: [noLostUpdate({ key: 'views' })],
});
const wrong = scenario({
  name: 'wrong',
  setup: () => {
    throw new Error('no such table');
  },
  workers: ({ redis }) => redis.incr('views'),
  invariants: [],
});
let tries = 0;
test('holds, the second time', { retry: 1 }, async () => {
  const verdict = await explore(safe);
  if (tries++ === 0) throw new Error('once more');
  expect(verdict).toHold();
});
test('looks at what is incomplete', { timeout: 71_000 }, async () => {
  expect(runningTest().limitMs).toBe(71_000);
  expect((await explore(safe, { runs: 1 })).kind).toBe('incomplete');
});
test('looks at an error', { timeout: 72_000 }, async () => {
  expect(runningTest().limitMs).toBe(72_000);
  expect((await explore(wrong)).kind).toBe('error');
});
`;

const SUITES = `
import crypto from 'node:crypto';
import { test } from 'vitest';
import { lockAdapter, runSuite } from 'redis-race-lab/suite';
import { lockSuite } from 'redis-race-lab/vitest';

const acquire = async ({ client, key, ttlMs }) => {
  const token = crypto.randomUUID();
  return (await client.set(key, token, 'PX', ttlMs, 'NX')) === 'OK' ? token : null;
};
const anybodys = lockAdapter({ acquire, release: async (_, { client, key }) => (await client.del(key)) === 1 });
// Too few for everything, and enough without a preemption.
lockSuite('bounded', anybodys, { only: ['contention'], runs: 7 });
lockSuite('known', anybodys, { only: ['release-after-expiry'], known: ['release-after-expiry'] });
lockSuite('known by name', anybodys, {
  only: ['release-after-expiry'],
  known: { 'release-after-expiry': 'one holder at a time' },
});
lockSuite('mended', anybodys, { only: ['contention'], known: ['contention'] });
lockSuite('failing', anybodys, { only: ['release-after-expiry'] });
lockSuite('no end', anybodys, { only: ['contention'], runs: 5 });
const TAKE = "if redis.call('INCR', KEYS[2]) == 3 then return redis.call('SET', KEYS[1], ARGV[1]) end " +
  "return redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2], 'NX')";
const RELEASE = "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end return redis.call('DEL', KEYS[1])";
const thirdGetsIt = lockAdapter({
  acquire: async ({ client, key, ttlMs }) => {
    const token = crypto.randomUUID();
    const askedAt = Date.now();
    const answer = await client.eval(TAKE, 2, key, key + ':asked', token, ttlMs);
    return answer !== null && Date.now() - askedAt < ttlMs && token;
  },
  release: async (token, { client, key }) => (await client.eval(RELEASE, 1, key, token)) === 1,
});
lockSuite('among three', thirdGetsIt, {
  only: ['late-acquire-reply'],
  known: { 'late-acquire-reply': 'one holder at a time' },
});
test('by hand', async () => {
  await runSuite('by hand', anybodys, { only: ['contention'], runs: 7 });
});
`;

const config = (more: string): string => `
export default {
  test: {
    isolate: false,
    maxWorkers: 1,
    fileParallelism: false,
    ${more}
    reporters: ['default', ['redis-race-lab/vitest/reporter', { folder: 'out/races' }]],
  },
};
`;

const project = new RunnerProject();
afterAll(() => project.remove());

const read = (name: string): string => readFileSync(join(project.folder, 'out/races', name), 'utf8');
function results(): string[] {
  const parsed = JSON.parse(read('results.json')) as {
    results: { lab: string; variant: string; verdict: string; outcome: string }[];
  };
  return parsed.results.map(
    ({ lab, variant, verdict, outcome }) => `${lab}: ${variant}: ${verdict}, ${outcome}`,
  );
}

describe.each([
  ['test files', ''],
  ['setupFiles', "setupFiles: ['redis-race-lab/vitest'],"],
])('in one process with what is imported by %s', (_, more) => {
  let ran: Ran;
  beforeAll(async () => {
    project.write('vitest.config.js', config(more));
    for (const name of ['a', 'b']) project.write(`${name}.looks.test.js`, LOOKS);
    ran = await project.runners['Vitest']!('looks.test.js', { config: 'vitest.config.js' });
  });

  test('every file is reported, and every test has its limit', () => {
    expect(ran.code, ran.text).toBe(0);
    const each = [
      'holds, the second time: holds, as expected',
      'looks at what is incomplete: incomplete, unknown',
      'looks at an error: error, unknown',
    ];
    expect(results()).toEqual(
      ['a', 'b'].flatMap((name) => each.map((one) => `${name}.looks.test.js: ${one}`)),
    );
  });
});

describe('suites', () => {
  let ran: Ran;
  beforeAll(async () => {
    project.write('vitest.config.js', config('testTimeout: 250_000,'));
    project.write('suites.test.js', SUITES);
    ran = await project.runners['Vitest']!('suites.test.js', { config: 'vitest.config.js' });
  });

  test('have one result a hazard, and what is expected is what its test says', () => {
    const [contention, release, late] = [
      'contention: three ask at the same time',
      'release-after-expiry: the lock is given back after its lease is over, and somebody else has it',
      'late-acquire-reply: the answer to acquire arrives after the lease is over, and somebody else has the lock',
    ];
    expect(results(), ran.text).toEqual(
      [
        `bounded > ${contention}: holds, as expected`,
        `known > ${release}: breaks, as expected`,
        `known by name > ${release}: breaks, as expected`,
        `mended > ${contention}: holds, not as expected`,
        `failing > ${release}: breaks, not as expected`,
        `no end > ${contention}: incomplete, unknown`,
        `among three > ${late} > among three/late-acquire-reply: holds, as expected`,
        `among three > ${late} > among three/late-acquire-reply, crowded: breaks, as expected`,
        'by hand: holds, as expected',
      ].map((one) => `suites.test.js: ${one}`),
    );
    expect(junitNumbers(read('junit.xml'))).toEqual({ tests: 9, failures: 2, errors: 1, skipped: 0 });
  });
});
