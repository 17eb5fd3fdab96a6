/**
 * Every variant of every lab, explored in full: it gets its expected verdict, in as many executions as are known, and
 * comes to the same with one, two and three processes; those with thousands of executions with two.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defined } from '../../base/defined.js';
import { asExpected } from '../../scenario/lab.js';
import { ALIKE, INTERLEAVINGS, nameOf, VARIANTS } from '../../../test/support/lab-variants.js';
import { Environment } from '../../execution/host/environment.js';
import { exploreWith } from '../../explore/explore.js';
import type { Verdict } from '../../record/verdict.js';
import { startServer, type RedisServer } from '../../server/index.js';
import { MemberProcess } from './member-process.js';
import { ProcessCrew } from './process-crew.js';

/** With more executions than these, one number of processes stands for all. */
const MANY_EXECUTIONS = 1_000;

describe('one variant, explored by all', () => {
  let server: RedisServer;
  let environment: Environment;
  let members: MemberProcess[];
  beforeAll(async () => {
    server = await startServer({ redis: 'process' });
    environment = await Environment.open(server);
    // Other processes are started as this one was, and here that is not enough for TypeScript.
    process.execArgv.push('--import', 'tsx');
    members = [1, 2, 3].map((number) => new MemberProcess(number, () => {}));
    await Promise.all(members.map((member) => member.ask('start', { redis: 'process' })));
  });
  afterAll(async () => {
    await Promise.all(members.map((member) => member.close()));
    environment.close();
    await server.stop();
  });

  test.each(VARIANTS)('$lab/$variant.name should come to the same', async (one) => {
    const { name, scenario, preemptions, expect: expected } = one.variant;
    const cast = { lab: one.lab, variant: name, workers: undefined, faults: undefined };
    const told = async (crew?: ProcessCrew): Promise<Verdict> => ({
      ...(await exploreWith(scenario, {
        session: environment,
        identity: { lab: one.lab, variant: name },
        ...defined({ preemptions, crew }),
      })),
      tookMs: 0,
    });
    const alone = await told();
    expect(asExpected(alone, expected), alone.message).toBe(true);
    if (expected.kind === 'holds')
      expect(alone).toMatchObject({ strategy: 'exhaustive', complete: true, capped: 0 });
    if (ALIKE.includes(one)) {
      expect(alone.workers).toBe(3);
      expect(alone.bounds).toMatchObject({ faults: 1, alike: true });
      // Where the server's clock cannot be frozen, when a key gets its deadline counts, too.
      if (alone.redis.clock === 'shim') expect(alone.executions).toBe(INTERLEAVINGS[nameOf(one)]);
    }
    for (const size of alone.executions > MANY_EXECUTIONS ? [2] : [1, 2, 3])
      expect(await told(new ProcessCrew(members.slice(0, size), cast, 1)), `${size}`).toEqual(alone);
  });
});
