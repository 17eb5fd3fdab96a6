import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { shared } from '../scenario/shared.js';
import { scenario } from '../scenario/scenario.js';
import type { WorkerBody } from '../scenario/types.js';
import { sharedServer } from '../server/index.js';
import { explore } from '../explore/explore.js';
import type { StrategyName } from '../explore/search/strategies.js';
import { openSession, type Session } from '../explore/session.js';

let session: Session;
beforeAll(async () => {
  session = await openSession(await sharedServer());
});
afterAll(() => session.close());

/** Executions begun: what takes longer is another branch each time, as on a busy machine. */
let executions = 0;
beforeEach(() => {
  executions = 0;
});

/** Reads a file so often that branch 0 is first in one execution and last in the next. */
async function readFiles(branch: number): Promise<void> {
  const times = (executions + branch) % 2 === 0 ? 1 : 4;
  for (let time = 0; time < times; time++) await readFile(import.meta.filename);
}

const programs: Record<string, WorkerBody> = {
  'two connections': async ({ redis, connect }) => {
    const other = connect();
    const first = readFiles(0).then(() => redis.set('a', 1));
    const second = readFiles(1).then(() => other.set('b', 1));
    await Promise.all([first, second]);
  },
  'three connections, the last one made first': async ({ redis, connect }) => {
    const [second, third] = [connect(), connect()];
    const write = async (branch: number, client: typeof redis, key: string): Promise<void> => {
      await readFiles(branch);
      await client.set(key, 1);
      await readFiles(branch + 1);
      await client.incr(key);
    };
    await Promise.all([write(0, third, 'c'), write(1, redis, 'a'), write(0, second, 'b')]);
  },
  'connections made after reading': async ({ connect }) => {
    const write = async (branch: number): Promise<void> => {
      await readFiles(branch);
      await connect().set(`key${branch}`, 1);
    };
    await Promise.all([write(0), write(1)]);
  },
  'steps of its own': async ({ redis, step }) => {
    const first = readFiles(0).then(() => step('x'));
    const second = readFiles(1).then(() => step('y'));
    const third = readFiles(0).then(() => redis.set('a', 1));
    await Promise.all([first, second, third]);
  },
  'values of its own': async () => {
    const [x, y] = [shared('x', 0), shared('y', 0)];
    const first = readFiles(0).then(() => x.write(1));
    const second = readFiles(1).then(() => y.write(2));
    await Promise.all([first, second]);
  },
  'timers that are due at once': async ({ redis, connect, sleep }) => {
    const other = connect();
    const first = readFiles(0).then(async () => {
      await sleep(50);
      await redis.set('a', 1);
    });
    const second = readFiles(1).then(async () => {
      await sleep(50);
      await other.set('b', 1);
    });
    await Promise.all([first, second]);
  },
};
const begin: WorkerBody = async ({ redis }) => {
  executions += 1;
  await redis.get('begun');
};

describe('What a worker does after I/O of its own', () => {
  test.each(
    Object.entries(programs).flatMap(([name, body]) =>
      (['auto', 'exhaustive', 'systematic', 'random'] as const).map(
        (strategy): [string, StrategyName, WorkerBody] => [name, strategy, body],
      ),
    ),
  )('should come in a fixed order: %s, %s', async (_name, strategy, body) => {
    const cast = scenario({ name: 'files first', workers: [begin, body], invariants: [] });
    const verdict = await explore(cast, { session, strategy, runs: 15, seed: 2 });
    expect(verdict.message).not.toContain('not deterministic');
    expect(verdict.kind).not.toBe('error');
  });

  test('should be as it was recorded when a failure is replayed', async () => {
    const body: WorkerBody = async (context) => {
      await programs['two connections']!(context);
      if ((await context.redis.get('seen')) === 'ab') throw new Error('seen in this order');
    };
    const watch: WorkerBody = async ({ redis }) => {
      executions += 1;
      if ((await redis.get('a')) !== null && (await redis.get('b')) === null) await redis.set('seen', 'ab');
    };
    const cast = scenario({ name: 'files first', workers: [watch, body], invariants: [] });
    const verdict = await explore(cast, { session });
    expect(verdict).toMatchObject({ kind: 'breaks', record: { reproduced: { times: 20, of: 20 } } });
  });

  test('should come worker by worker at the start', async () => {
    const seen = new Set<string>();
    let order: string[] = [];
    const body: WorkerBody = async ({ id, redis, name }) => {
      if (id === 1) [executions, order] = [executions + 1, []];
      await readFiles(id);
      order.push(name);
      if (order.length === 3) seen.add(order.join());
      await redis.get('x');
    };
    const cast = scenario({ name: 'files first', workers: body, workerCount: 3, invariants: [] });
    await explore(cast, { session, runs: 10 });
    expect([...seen]).toEqual(['w1,w2,w3']);
  });
});
