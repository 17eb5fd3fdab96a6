import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { explore } from '../../../explore/explore.js';
import { scenario } from '../../../scenario/scenario.js';
import type { Scenario } from '../../../scenario/types.js';
import { startServer, type RedisServer } from '../../../server/index.js';
import { Probe } from '../../../server/probe/probe.js';
import { freePort } from '../../../server/testing/free-port.js';
import type { AimedFault } from '../../../faults/spec.js';
import { SERVER_FAULT_KINDS } from '../../../faults/server-fault.js';
import { SERVER_FAULT_REACH } from '../../../faults/server-reach.js';
import { Environment } from '../../host/environment.js';
import { execute, type ExecutionResult } from '../../execution.js';

let server: RedisServer;
let environment: Environment;
beforeAll(async () => {
  server = await startServer({ redis: 'process' });
  environment = await Environment.open(server);
});
afterAll(async () => {
  environment.close();
  await server.stop();
});

function writing(fault: AimedFault): Scenario {
  return scenario({
    name: 'writing',
    setup: ({ redis }) => redis.script('LOAD', 'return 7'),
    workers: async ({ redis, step }) => {
      await redis.set('k', 1).catch(() => {});
      await step('between');
      await redis.evalsha('59b6ab2fbe0ee4b25733de0f62e6cda4899ef8e9', 0).catch(() => {});
      if (fault.kind === 'server-execabort')
        await redis
          .multi()
          .set('k', 2)
          .exec()
          .catch(() => {});
      if (fault.kind === 'server-unblock') await redis.blpop('q', 1).catch(() => {});
    },
    invariants: [],
    faults: { kinds: [fault] },
    workersMayFail: true,
  });
}

const CROSSSLOT = "CROSSSLOT Keys in request don't hash to the same slot";
const CLUSTERDOWN = 'CLUSTERDOWN Hash slot not served';

test('a node of a cluster says the same', async () => {
  const ports = ['--port', String(await freePort()), '--cluster-port', String(await freePort())];
  const args = [...ports, '--cluster-enabled', 'yes'];
  const node = await startServer({ redis: 'process', clock: 'real', args });
  const probe = await Probe.connect(node.endpoint);
  try {
    await expect(probe.call('GET', 'a')).resolves.toEqual(new Error(CLUSTERDOWN));
    await probe.call('CLUSTER', 'ADDSLOTSRANGE', 0, 16383);
    await expect(probe.call('MGET', 'a', 'b')).resolves.toEqual(new Error(CROSSSLOT));
  } finally {
    probe.close();
    await node.stop();
  }
});

/** The same, whatever an exploration has left in the store. */
async function stateOfEmptied(emptied: RedisServer): Promise<unknown> {
  const probe = await Probe.connect(emptied.endpoint);
  await probe.ask('FLUSHALL');
  probe.close();
  return stateOf(emptied);
}

/** Everything about a server that an execution could leave behind. */
async function stateOf({ endpoint }: RedisServer): Promise<unknown> {
  const probe = await Probe.connect(endpoint);
  const asked = [['CONFIG', 'GET', '*'], ['ACL', 'LIST'], ['ROLE'], ['DBSIZE'], ['INFO', 'keyspace']];
  const state = [];
  for (const command of asked) state.push(await probe.ask(...command));
  // In no order that a restart would keep.
  const [names] = state.splice(0, 1) as [string[]];
  state.push(names.flatMap((name, at) => (at % 2 === 0 ? [`${name} ${names[at + 1]}`] : [])).sort());
  probe.close();
  return state;
}

describe('a fault of the server', () => {
  test.each(SERVER_FAULT_KINDS)(
    '%s should leave nothing behind when an execution breaks off',
    async (kind) => {
      const cast = writing(kind === 'server-accept-queue' ? { kind, at: { reconnect: 0 } } : { kind });
      const calm = await execute(environment, cast, { chooser: { choose: () => 0 }, seed: 1 });
      environment.clean(false);
      await environment.emptied();
      const before = await stateOf(server);
      let struck = false;
      const breakOff = (): void => {
        if (struck) throw new Error('broken off');
      };
      const chooser = {
        choose: ({ faults }: { faults: readonly unknown[] }) => {
          breakOff();
          struck = faults.length > 0;
          return struck ? -1 : 0;
        },
        forced: breakOff,
      };
      await expect(execute(environment, cast, { chooser, seed: 1 })).rejects.toThrow('broken off');
      const after = await execute(environment, cast, { chooser: { choose: () => 0 }, seed: 1 });
      expect(after.steps.map(({ id, reply }) => [id, reply])).toEqual(
        calm.steps.map(({ id, reply }) => [id, reply]),
      );
      environment.clean(false);
      await environment.emptied();
      expect(await stateOf(server)).toEqual(before);
    },
  );

  test.each([
    'MOVED 3999 127.0.0.1:6381',
    'ASK 3999 127.0.0.1:6381',
    'TRYAGAIN Multiple keys request during rehashing of slot',
    CROSSSLOT,
    CLUSTERDOWN,
  ])('should pass on %s word by word', async (text) => {
    const messages: string[] = [];
    const cast = scenario({
      name: 'text',
      workers: ({ redis }) => redis.get('k').catch((error: Error) => messages.push(error.message)),
      workerCount: 1,
      invariants: [],
      faults: { kinds: [{ kind: 'server-error', text }] },
    });
    await execute(environment, cast, { chooser: { choose: () => -1 }, seed: 1 });
    expect(messages).toEqual([text]);
  });

  test('should be explored: struck at every command, over after every step', async () => {
    const cast = scenario({
      name: 'explored',
      workers: async ({ redis, operation }) => {
        for (let round = 0; round < 2; round++)
          await operation('write', () => redis.set('k', round)).catch(() => {});
      },
      workerCount: 1,
      invariants: [],
      faults: { kinds: ['server-readonly'] },
    });
    const verdict = await explore(cast, { session: environment, preemptions: 1, strategy: 'systematic' });
    // Calm; struck at the first write and over after the second, or after the first; struck at the second.
    expect(verdict).toMatchObject({ kind: 'holds', complete: true, executions: 4 });
  });
});

test('another environment on the same server goes on after a restart', async () => {
  const other = await Environment.open(server);
  const calm = scenario({ name: 'calm', workers: ({ redis }) => redis.incr('k'), invariants: [] });
  const run = (): Promise<ExecutionResult> => execute(other, calm, { chooser: { choose: () => 0 }, seed: 1 });
  expect((await run()).finding).toBeUndefined();
  const restarting = writing({ kind: 'server-restart' });
  await execute(environment, restarting, { chooser: { choose: ({ faults }) => -faults.length }, seed: 1 });
  const after = await run();
  expect(after.steps).toHaveLength(2);
  expect(after.finding).toBeUndefined();
  other.close();
});

test('a client that reconnects for ever does not keep the exhaustive search from coming to its end', async () => {
  const cast = scenario({
    name: 'reconnecting',
    workers: ({ redis }) => redis.on('error', () => {}).incr('k'),
    invariants: [],
    faults: { kinds: ['server-maxclients'] },
  });
  const verdict = await explore(cast, { session: environment, strategy: 'exhaustive' });
  expect(verdict).toMatchObject({ kind: 'holds', complete: true, capped: 0 });
});

test.each(['server-restart', 'server-busy', 'server-stall', 'server-pause'] as const)(
  'the exhaustive search goes on watching scripts after %s',
  async (kind) => {
    const cast = scenario({
      name: 'scripts',
      workers: ({ redis }) => redis.eval("return redis.call('INCR', KEYS[1])", 1, 'k').catch(() => {}),
      invariants: [],
      client: 'single-shot',
      faults: { kinds: [kind] },
    });
    const verdict = await explore(cast, { session: environment, strategy: 'exhaustive' });
    expect(verdict).toMatchObject({ kind: 'holds', complete: true });
  },
);

describe('a server that was given by address', () => {
  let borrowed: RedisServer;
  let lender: RedisServer;
  beforeAll(async () => {
    lender = await startServer({ redis: 'process' });
    const port = await freePort();
    const probe = await Probe.connect(lender.endpoint);
    await probe.ask('CONFIG', 'SET', 'port', port);
    probe.close();
    borrowed = await startServer({ redis: `redis://127.0.0.1:${port}` });
  });
  afterAll(async () => {
    await borrowed.stop();
    await lender.stop();
  });

  test.each([
    ['server-restart', 'stops the server'],
    ['server-stall', 'stops the server'],
    ['server-accept-queue', 'stops the server'],
    ['server-misconf', 'has the server write files'],
  ] as const)('should not suffer %s', async (kind, what) => {
    const verdict = await explore(writing({ kind }), { server: borrowed });
    expect(verdict.kind).toBe('error');
    expect(verdict.message).toContain(`the fault ${kind} ${what}`);
    expect(verdict.message).toContain('it was not started by the lab');
  });

  const commands = SERVER_FAULT_KINDS.filter(
    (kind) => ['connections', 'settings'].includes(SERVER_FAULT_REACH[kind]) && kind !== 'server-pause',
  );
  test.each(commands)(
    'should suffer %s, which takes nothing but commands, and be as before',
    async (kind) => {
      const before = await stateOfEmptied(borrowed);
      const verdict = await explore(writing({ kind }), { server: borrowed, runs: 20 });
      expect([verdict.kind, verdict.message]).toEqual([
        expect.stringMatching('holds|incomplete|hangs'),
        expect.anything(),
      ]);
      expect(await stateOfEmptied(borrowed)).toEqual(before);
    },
  );

  test('should not be asked for errors where it does not allow DEBUG', async () => {
    const port = await freePort();
    const args = ['--port', String(port), '--enable-debug-command', 'no'];
    const closed = await startServer({ redis: 'process', args });
    const address = await startServer({ redis: `redis://127.0.0.1:${port}` });
    const verdict = await explore(writing({ kind: 'server-error' }), { server: address });
    expect(verdict.kind).toBe('error');
    expect(verdict.message).toContain('needs the command DEBUG');
    await address.stop();
    await closed.stop();
  });
});
