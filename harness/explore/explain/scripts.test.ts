import { expect, test } from 'vitest';
import { explore, invariant, scenario } from '../../index.js';

test('a script before a restart of the server, which ends the watch over scripts, is explained all the same', async () => {
  const verdict = await explore(
    scenario({
      name: 'kept in memory alone',
      workers: [
        async ({ redis, operation }) => {
          await operation('put', () => redis.eval("return redis.call('SET', KEYS[1], 1)", 1, 'kept'));
          await operation('look', () => redis.get('kept'));
        },
      ],
      faults: { kinds: [{ kind: 'server-restart', data: 'lost' }], budget: 1 },
      invariants: [
        invariant('what was put is kept', ({ history }) => {
          const [put, look] = history.operations;
          if (put?.outcome !== 'ok' || look?.outcome !== 'ok') return undefined;
          return look.value === '1' ? undefined : { expected: '1', observed: String(look.value) };
        }),
      ],
      mayNotRace: true,
      workersMayFail: true,
    }),
  );
  expect(verdict.message).toContain('what was put is kept');
  expect(verdict.record).toMatchObject({ reproduced: { times: 20, of: 20 } });
  expect(verdict.record!.faults).toEqual(['server-restart']);
});
