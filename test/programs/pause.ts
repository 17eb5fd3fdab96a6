/**
 * A program of its own that is to be stopped by a signal in the middle of an execution: it runs the same scenario twice,
 * and during the second run it says `stop me` and blocks. Prints the steps of each run as one line of JSON.
 */
import { writeSync } from 'node:fs';
import { real } from '../../harness/clock/globals.js';
import { Environment } from '../../harness/execution/host/environment.js';
import { execute } from '../../harness/execution/execution.js';
import { recordSteps } from '../../harness/record/steps.js';
import { scenario } from '../../harness/scenario/scenario.js';
import { startServer } from '../../harness/server/index.js';

/** Long enough for the signals; it goes on as soon as it finds that time has passed. */
const BLOCK_MS = 2500;

const server = await startServer({ redis: 'process' });
const environment = await Environment.open(server);
for (const pausing of [false, true]) {
  const cast = scenario({
    name: 'pause',
    invariants: [],
    workers: [
      ({ redis }) => redis.blpop('q', 1),
      async ({ redis, sleep }) => {
        await redis.set('k', 'v', 'PX', 1000);
        if (pausing) block();
        await redis.pttl('k');
        await redis.eval("return redis.call('TIME')", 0);
        await sleep(400);
        await redis.pttl('k');
        await sleep(600);
        await redis.get('k');
        await redis.rpush('q', 'x');
      },
    ],
  });
  const result = await execute(environment, cast, { chooser: { choose: () => 0 }, seed: 1 });
  const steps = recordSteps(result.steps);
  console.log(JSON.stringify({ clock: server.clockMode, finding: result.finding, steps }));
}
environment.close();
await server.stop();

function block(): void {
  writeSync(1, 'stop me\n');
  const since = real.now();
  const cell = new Int32Array(new SharedArrayBuffer(4));
  while (real.now() - since < BLOCK_MS) Atomics.wait(cell, 0, 0, 50);
}
