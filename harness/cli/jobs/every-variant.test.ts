/** Every variant of every lab, with one, two and three processes: `npm run test:long`. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { labs } from '../../../labs/index.js';
import { Environment } from '../../execution/environment.js';
import { explore } from '../../explore/explore.js';
import type { Verdict } from '../../explore/verdict.js';
import { startServer, type RedisServer } from '../../server/index.js';
import { MemberProcess } from './member-process.js';
import { ProcessCrew } from './process-crew.js';

const LONG = process.env['RACE_LAB_LONG'] === '1';
/** For one of them, on a machine that has other things to do. */
const LIMIT_MS = 900_000;
const variants = labs.flatMap(({ id, variants: own }) => own.map((variant) => ({ lab: id, variant })));

describe.runIf(LONG)('one variant, explored by all', () => {
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

  test.each(variants)(
    '$lab/$variant.name should come to the same',
    async ({ lab, variant: { name, scenario, preemptions } }) => {
      const cast = { lab, variant: name, workers: undefined, faults: undefined };
      const told = async (crew?: ProcessCrew): Promise<Verdict> => ({
        ...(await explore(scenario, {
          environment,
          identity: { lab, variant: name },
          ...(preemptions === undefined ? {} : { preemptions }),
          ...(crew === undefined ? {} : { crew }),
        })),
        tookMs: 0,
      });
      const alone = await told();
      for (const size of [1, 2, 3])
        expect(await told(new ProcessCrew(members.slice(0, size), cast, 1)), `${size}`).toEqual(alone);
    },
    LIMIT_MS,
  );
});
