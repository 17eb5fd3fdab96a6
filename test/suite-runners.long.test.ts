import { afterAll, describe, expect, test } from 'vitest';
import { RunnerProject } from './support/runner-project.js';

const project = new RunnerProject();
afterAll(() => project.remove());

/**
 * As the documentation of Redis has it, and one that gives back whatever lock there is. Jest copies the functions of `node:crypto` into what
 * is imported by their names, before the lab could have its random numbers there: so they are asked of the module.
 */
const LOCKS = `
import crypto from 'node:crypto';
import { lockAdapter } from 'redis-race-lab/suite';
const acquire = async ({ client, key, ttlMs }) => {
  const token = crypto.randomUUID();
  return (await client.set(key, token, 'PX', ttlMs, 'NX')) === 'OK' ? token : null;
};
const RELEASE = "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end return redis.call('DEL', KEYS[1])";
const own = lockAdapter({
  acquire,
  release: async (token, { client, key }) => (await client.eval(RELEASE, 1, key, token)) === 1,
});
const anybodys = lockAdapter({ acquire, release: async (_, { client, key }) => (await client.del(key)) === 1 });
const only = ['contention', 'fencing-order', 'release-after-expiry'];
lockSuite('compare and delete', own, { only });
lockSuite('plain DEL', anybodys, { only });
lockSuite('plain DEL, known', anybodys, { only, known: { 'release-after-expiry': 'one holder at a time' } });
`;

const IMPORTS: Readonly<Record<string, readonly [file: string, from: string]>> = {
  Vitest: ['suite.test.js', 'redis-race-lab/vitest'],
  Jest: ['suite.test.js', 'redis-race-lab/jest'],
  'node:test': ['suite.test.mjs', 'redis-race-lab/node-test'],
};

describe.each(Object.keys(IMPORTS))('%s', (runner) => {
  test('should run a suite as tests: one that passes, one that fails, and one whose failure is known', async () => {
    const [file, from] = IMPORTS[runner]!;
    project.write(file, `import { lockSuite } from '${from}';\n${LOCKS}`);
    const { code, text } = await project.runners[runner]!(file);
    expect(code, text).toBe(1);
    expect(text).toContain('compare and delete');
    expect(text).toContain('contention: three ask at the same time');
    // What is not applicable says why.
    expect(text).toMatch(/fencing-order: .*not applicable: it has no fencing tokens/);
    // The failure says what is demanded, and shows the finding.
    expect(text).toContain('The lock of the other one stays: nobody else gets it');
    expect(text).toMatch(/✗ Released another's lock: w1 took suite at step 1/);
    expect(text).toMatch(/critical +swap/);
    const counts = {
      Vitest: /1 failed \| 5 passed \| 3 skipped/,
      Jest: /1 failed, 3 skipped, 5 passed/,
      'node:test': /pass 5[^]*fail 1[^]*skipped 3/,
    } as const;
    expect(text).toMatch(counts[runner as keyof typeof counts]);
  });
});
