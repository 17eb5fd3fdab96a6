/** Faults of a server in a container that is reached over a published port, as behind Docker Desktop. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findEngine } from '../../../server/engine/find-engine.js';
import { startServer, type RedisServer } from '../../../server/index.js';
import {
  CONTAINERS_REQUIRED,
  engineBehindTcp,
  type EngineBehindTcp,
} from '../../../server/testing/containers.js';
import { decodeReply } from '../../../wire/resp.js';
import type { AimedFault } from '../../../faults/spec.js';
import { Environment } from '../../host/environment.js';
import { fault } from '../../testing/deviations.js';
import { play } from '../../testing/play.js';

let proxy: EngineBehindTcp | undefined;
let server: RedisServer | undefined;
let environment: Environment | undefined;
let reason = '';
const configured = process.env['DOCKER_HOST'];

beforeAll(async () => {
  try {
    const { options } = await findEngine();
    if ('socketPath' in options) {
      proxy = await engineBehindTcp(options.socketPath);
      process.env['DOCKER_HOST'] = proxy.address;
    }
    server = await startServer({ redis: 'container' });
    environment = await Environment.open(server);
  } catch (error) {
    reason = (error as Error).message;
    if (CONTAINERS_REQUIRED) throw error;
  }
}, 120_000);

afterAll(async () => {
  environment?.close();
  await server?.stop();
  proxy?.close();
  if (configured === undefined) delete process.env['DOCKER_HOST'];
  else process.env['DOCKER_HOST'] = configured;
});

/** Two commands, the first of them struck; twice, since the server must come back as it was. */
async function struck(given: AimedFault): Promise<string[]> {
  const run = async (): Promise<string[]> => {
    const { steps } = await play(environment!, {
      workers: [
        async ({ redis }) => {
          await redis.set('k', 'v');
          await redis.get('k');
        },
      ],
      deviations: [fault(given)],
    });
    return steps.map(
      ({ id, fault: kind, reply }) =>
        `${id} ${kind ?? ''} ${reply === undefined ? '' : JSON.stringify(decodeReply(reply))}`,
    );
  };
  const first = await run();
  expect(await run()).toEqual(first);
  return first;
}

test.for<[AimedFault, string[]]>([
  [
    { kind: 'server-restart', at: { nth: 2 } },
    ['w1.1  "OK"', 'server before w1.2 server-restart ', 'w1.2r2  null'],
  ],
  [
    { kind: 'server-restart', data: 'kept', at: { nth: 2 } },
    ['w1.1  "OK"', 'server before w1.2 server-restart ', 'w1.2r2  "v"'],
  ],
  [
    { kind: 'server-stall', at: { nth: 2 } },
    ['w1.1  "OK"', 'server before w1.2 server-stall ', 'w1.2.late  "v"'],
  ],
  [{ kind: 'server-accept-queue', at: { reconnect: 0 } }, ['w1.1  "OK"', 'w1.2  "v"']],
  [{ kind: 'server-oom', at: { nth: 2 } }, ['w1.1  "OK"', 'w1.2  "v"']],
])('%j should work there, too', { timeout: 120_000 }, async ([given, steps], { skip }) => {
  skip(reason !== '', reason);
  skip(server!.power === undefined, 'it is reached at an address of its own');
  expect(server!.endpoint).toHaveProperty('port');
  expect(await struck(given)).toEqual(expect.arrayContaining(steps));
});
