import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Environment } from '../../execution/host/environment.js';
import { explore } from '../../explore/explore.js';
import type { Verdict } from '../../record/verdict.js';
import { scenario } from '../../scenario/scenario.js';
import type { WorkerBody } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';
import { fencingOrder, type FencingOptions } from './fencing.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

const UNLESS_OLDER = `if tonumber(ARGV[1]) < tonumber(redis.call('GET', KEYS[1]) or 0) then return 0 end
  redis.call('SET', KEYS[1], ARGV[1])
  return 1`;
const written: FencingOptions = {
  key: 'report',
  token: ({ command, reply }) => (reply === 1 || reply === 'OK' ? Number(command.at(-1)) : undefined),
};

function explored(workers: WorkerBody, options = written): Promise<Verdict> {
  const cast = scenario({ name: 'fence', workers, invariants: [fencingOrder(options)] });
  return explore(cast, { session: environment, strategy: 'exhaustive' });
}

describe('fencingOrder', () => {
  test('should break where the resource takes what an old holder writes', async () => {
    const unchecked: WorkerBody = async ({ redis }) => redis.set('report', await redis.incr('fence'));
    expect(await explored(unchecked)).toMatchObject({
      kind: 'breaks',
      invariant: 'fencing order',
      record: {
        verdict: {
          observed: expect.stringMatching(/^w\d wrote with token 1, after w\d had with token 2$/),
        },
      },
    });
  });

  test('should hold where the resource refuses it, and one holder writes twice', async () => {
    const checked: WorkerBody = async ({ redis }) => {
      const token = await redis.incr('fence');
      await redis.eval(UNLESS_OLDER, 1, 'report', token);
      await redis.eval(UNLESS_OLDER, 1, 'report', token);
    };
    expect(await explored(checked)).toMatchObject({ kind: 'holds', complete: true });
  });

  test('should break where two holders have the same token', async () => {
    const same: WorkerBody = async ({ redis }) => {
      const token = Number(await redis.get('fence')) + 1;
      await redis.set('fence', token);
      await redis.eval(UNLESS_OLDER, 1, 'report', token);
    };
    const verdict = await explored(same);
    expect(verdict).toMatchObject({ kind: 'breaks' });
    expect(verdict.message).toMatch(/observed w\d wrote with token 1, after w\d had with token 1/);
  });

  test('should say that nobody wrote, or that a token is no number', async () => {
    const other: WorkerBody = ({ redis }) => redis.incr('fence');
    const verdict = await explored(other);
    expect(verdict).toMatchObject({ kind: 'incomplete' });
    expect(verdict.message).toContain('nobody wrote to report with a fencing token');
    const named = await explored(({ redis, name }) => redis.set('report', name));
    expect(named).toMatchObject({ kind: 'breaks' });
    expect(named.message).toContain('"token" gave NaN for SET report w');
  });

  test.each([
    [{}, '"key" is a text that is not empty, not undefined'],
    [{ key: 'report' }, '"token" is a function, not undefined'],
    [{ ...written, tokens: 1 }, 'tokens'],
  ])('should refuse %o', (options, message) => {
    expect(() => fencingOrder(options as FencingOptions)).toThrow(message);
  });
});
