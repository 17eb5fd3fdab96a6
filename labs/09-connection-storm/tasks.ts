import { invariant, scenario, type Scenario } from '../../harness/index.js';
import { exercise, type Exercise } from '../../harness/lab.js';
import * as doubles from './answers/doubles.js';
import * as fixed from './answers/fixed.js';
import * as littleJitter from './answers/little-jitter.js';
import * as solution from './answers/solution.js';
import { mostWithin, reconnect } from './reconnecting.js';

/** What a learner writes. */
interface Code {
  readonly waitMs: (attempt: number, random: () => number) => number;
}

const CONNECTS = 'connects';
const BACK = 'back';
const UNTIL_MS = 15_000;
const WITHIN_MS = 100;

/** How many clients come, and how many may come in 100 ms. */
interface Crowd {
  readonly clients: number;
  readonly standsStillMs: number;
  readonly most: number;
}

function crowd({ waitMs }: Code, { clients, standsStillMs, most }: Crowd): Scenario {
  return scenario({
    name: `09-connection-storm/exercise, ${clients} clients and ${standsStillMs} ms`,
    workerCount: 1,
    workers: async ({ redis }) => {
      const { connects, back } = reconnect({
        clients,
        standsStillMs,
        places: most,
        connectTimeoutMs: 500,
        // What a learner returns is taken as a timer takes it, whatever it is.
        waitMs: (attempt, random) => Number(waitMs(attempt, random)),
        random: Math.random,
        untilMs: UNTIL_MS,
      });
      await redis.rpush(CONNECTS, ...connects.map((at) => Math.round(at)));
      await redis.set(BACK, back);
    },
    invariants: [
      invariant('never too many at once', async ({ redis }) => {
        const connects = (await redis.lrange(CONNECTS, 0, -1)).map(Number);
        const found = mostWithin(connects, WITHIN_MS);
        return found <= most
          ? undefined
          : {
              expected: `at most ${most} connects within ${WITHIN_MS} ms`,
              observed: `${found} of ${clients} clients within ${WITHIN_MS} ms`,
            };
      }),
      invariant('everybody is back', async ({ redis }) => {
        const back = Number(await redis.get(BACK));
        return back === clients
          ? undefined
          : { expected: `${clients} clients back within ${UNTIL_MS / 1000} s`, observed: `${back} clients` };
      }),
    ],
    mayNotRace: true,
  });
}

export const storm: Exercise = exercise<Code>({
  file: 'exercise.ts',
  task: 'Change waitMs so that clients that lost their connection together do not come back together, and still come back.',
  checks: (code) => [
    crowd(code, { clients: 1000, standsStillMs: 1430, most: 128 }),
    crowd(code, { clients: 1000, standsStillMs: 4000, most: 128 }),
    crowd(code, { clients: 20, standsStillMs: 0, most: 8 }),
  ],
  solution,
  wrong: [
    {
      name: 'little-jitter',
      code: littleJitter,
      looks: /\*\*[^]*random\(\)\s*\*\s*0?\.\d/,
      hint: 'A little randomness widens the wave a little: a thousand clients within a tenth of a second are still a thousand clients. Let the whole delay be random, from nothing up to its limit.',
    },
    {
      name: 'doubles',
      code: doubles,
      looks: /^(?![^]*random\(\))[^]*(?:\*\*|Math\.pow)/,
      hint: 'Waiting longer after each failure gives the server time, and keeps the clients in step: they have failed equally often, so they wait equally long and come together again.',
    },
    {
      name: 'fixed',
      code: fixed,
      looks: /^(?![^]*random\(\))[^]*return [1-9]/,
      hint: 'The same delay for everybody moves the wave, and does not flatten it: who left together comes back together, only later.',
    },
  ],
  hints: {
    'never too many at once':
      'All of them lost their connection at the same moment. What makes one client wait for another time than its neighbour, when both run the same code? Then count: a thousand clients over one second are a hundred in each 100 ms, before chance adds some.',
    'everybody is back':
      'Somebody still waits when fifteen seconds are over. The wait may grow with each failure, but not without a limit.',
  },
});
