import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invariant, type Invariant } from '../check/invariant.js';
import { Environment } from '../execution/host/environment.js';
import { scenario } from '../scenario/scenario.js';
import type { ScenarioOptions } from '../scenario/types.js';
import { sharedServer } from '../server/index.js';
import type { Verdict } from '../record/verdict.js';
import type { ExploreOptions } from './options.js';
import { explore } from './explore.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer(), { graceMs: 300 });
});
afterAll(() => environment.close());

function checked(
  check: Invariant['check'],
  options: ExploreOptions = {},
  more: Partial<ScenarioOptions> = {},
): Promise<Verdict> {
  const cast = scenario({
    name: 'checked',
    workers: ({ redis }) => redis.rpush('list', 'a'),
    invariants: [invariant('x', check)],
    ...more,
  });
  return explore(cast, { session: environment, ...options });
}

describe('an invariant', () => {
  test.each([true, false, 0, 'text', {}, null, { expected: '1' }, { nothing: '' }])(
    'that returns %j has said nothing: an error by name',
    async (returned) => {
      for (const check of [() => returned, async () => returned]) {
        const { kind, message, record } = await checked(check as unknown as Invariant['check']);
        expect(kind).toBe('error');
        expect(message).toMatch(/^the invariant "x" returned (true|false|0|'text'|\{|null)/);
        expect(message).toContain('return nothing where it holds, { expected, observed } where it does not');
        expect(record).toBeUndefined();
      }
    },
  );

  test('may give numbers for expected and observed', async () => {
    const check = (): unknown => ({ expected: 2, observed: [1] });
    const { kind, message } = await checked(check as Invariant['check'], { runs: 1 });
    expect({ kind, message }).toEqual({ kind: 'breaks', message: 'x: expected 2, observed [ 1 ]' });
  });

  test.each<[string, Invariant['check'], string]>([
    [
      'an error reply',
      async ({ redis }) => void (await redis.get('list')),
      'WRONGTYPE Operation against a key',
    ],
    [
      'one that an assertion wraps',
      async ({ redis }) => expect(redis.get('list')).resolves.toBe('1'),
      'WRONGTYPE Operation against a key holding the wrong kind of value at its GET',
    ],
    ['one in another assertion', ({ redis }) => assert.doesNotReject(redis.get('list')), 'WRONGTYPE'],
    [
      'one among several',
      async ({ redis }) => void (await Promise.any([redis.get('list'), redis.strlen('list')])),
      'WRONGTYPE',
    ],
    [
      'one that is hidden in a pipeline',
      async ({ redis }) => {
        const answers = await redis.pipeline().call('DEBUG', 'ERROR', 'LOADING not yet').exec();
        if (answers?.[0]?.[1] !== '1') return { expected: '1', observed: String(answers?.[0]?.[1]) };
        return undefined;
      },
      'LOADING not yet at its DEBUG',
    ],
    [
      'one that is swallowed',
      async ({ redis }) =>
        void (await redis.call('DEBUG', 'ERROR', 'CLUSTERDOWN Hash slot not served').catch(() => {})),
      'CLUSTERDOWN Hash slot not served',
    ],
  ])('that got %s could not look: an error, no break', async (_what, check, message) => {
    const verdict = await checked(check, { runs: 1 });
    expect(verdict.kind).toBe('error');
    expect(verdict.message).toContain('the invariant "x" could not look: ');
    expect(verdict.message).toContain(message);
  });

  test.each<[string, Invariant['check']]>([
    ['an error of its own', async ({ redis }) => assert.equal(await redis.llen('list'), 7)],
    [
      'one after an answer that it expected',
      async ({ redis }) => {
        await redis.get('list').catch(() => {});
        throw new Error('not as it should be');
      },
    ],
    [
      'what a worker ran into',
      ({ history }) => {
        throw history.operations[0]!.error!;
      },
    ],
  ])('that throws %s has looked: a break', async (_what, check) => {
    const workers: ScenarioOptions['workers'] = async ({ redis, operation }) => {
      await redis.rpush('list', 'a');
      await operation('read', () => redis.get('list')).catch(() => {});
    };
    expect((await checked(check, { runs: 1 }, { workers })).kind).toBe('breaks');
  });

  test.each<[string, Invariant['check']]>([
    ['waits for Redis', async ({ redis }) => void (await redis.blpop('nobody', 0))],
    ['waits for nothing', () => new Promise(() => {})],
    ['waits for time', () => new Promise((resolve) => setTimeout(resolve, 60_000))],
  ])('that %s is ended with the exploration, and the next one is as new', async (_what, check) => {
    const { kind, message, tookMs } = await checked(check, { seconds: 0.2 });
    expect(kind).toBe('error');
    expect(message).toBe(
      'the invariant "x" did not come to an end before the time of the exploration was over',
    );
    expect(tookMs).toBeLessThan(20_000);
    const next = await checked(async ({ redis }) => assert.equal(await redis.llen('list'), 2), { runs: 1 });
    expect(next.message).not.toContain('could not look');
  });
});

describe('a setup', () => {
  test('that never ends is ended with the exploration', async () => {
    const { kind, message } = await checked(
      () => {},
      { seconds: 0.2 },
      { setup: () => new Promise(() => {}) },
    );
    expect(kind).toBe('error');
    expect(message).toBe(
      'the setup failed: the setup did not come to an end before the time of the exploration was over',
    );
  });

  test('that takes longer than there is leaves nothing explored', async () => {
    const setup = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 200));
    for (const strategy of ['auto', 'exhaustive', 'systematic', 'rotate', 'random'] as const) {
      const verdict = await checked(() => {}, { seconds: 0.1, strategy }, { setup });
      expect(verdict).toMatchObject({ kind: 'incomplete', executions: 0, complete: false });
      expect(verdict.message).toBe('the time was over before the first execution: nothing was explored');
    }
  });
});
