import type { Redis } from 'ioredis';
import { invariant, type Invariant, type Scenario } from '../../harness/index.js';
import { exercise, type Exercise } from '../../harness/lab.js';
import * as pingFirst from './answers/ping-first.js';
import * as retry from './answers/retry.js';
import * as solution from './answers/solution.js';
import * as swallow from './answers/swallow.js';
import * as tryAround from './answers/try-around.js';
import type { Route } from './design.js';
import { itemKey, type Item } from './items.js';
import { bystandersAreServed, errorsAreKept, processedOnce, unavailableIsSaid } from './promises.js';
import { PROCESS, PROCESS_7, PROCESS_8, READ_PRICE, type Answer, type Asked } from './requests.js';
import { corruptItems, serving } from './scenarios.js';
import { globalHandler } from './variants/handling/global-handler.js';

/** What a learner writes. */
interface Code {
  readonly processRoute: Route;
}

async function timesProcessed(redis: Redis): Promise<number> {
  const { processed }: Item = JSON.parse((await redis.get(itemKey('7'))) ?? '{"processed":0}');
  return processed;
}

/** Where nothing goes wrong, the item is processed. */
const worksOnOrdinaryDays = invariant('works where nothing fails', async ({ redis, history }) => {
  if (history.faults.length > 0) return undefined;
  const [expected, observed] = [history.named(PROCESS).length, await timesProcessed(redis)];
  return observed === expected ? undefined : { expected: `${expected} times`, observed: `${observed} times` };
});

/** Whoever hears nothing bad may rely on it. */
const noFalsePromise = invariant('an answer can be relied on', async ({ redis, history }) => {
  const promised = history
    .named(PROCESS)
    .filter(({ value }) => ((value as Answer | undefined)?.status ?? 500) < 300).length;
  const processed = await timesProcessed(redis);
  if (processed >= promised) return undefined;
  return { expected: `${promised} processed, as they were told`, observed: `${processed}` };
});

const ITEM_9: Asked = { ...PROCESS_7, name: 'process item 9', url: '/items/9/process' };

/** A lost connection, in the middle of one request or of another. */
const cutting = (
  { processRoute }: Code,
  requests: readonly Asked[],
  ...promises: readonly Invariant[]
): Scenario =>
  serving(
    'exercise',
    { process: processRoute, onError: globalHandler },
    {
      requests: [...requests, READ_PRICE],
      invariants: [bystandersAreServed, unavailableIsSaid, processedOnce, worksOnOrdinaryDays, ...promises],
    },
  );

/** A mistake, which is none of the connection. */
const mistaken = ({ processRoute }: Code): Scenario =>
  serving(
    'exercise, an item that is none',
    { process: processRoute, onError: globalHandler },
    {
      setup: corruptItems,
      requests: [PROCESS_8, READ_PRICE],
      faults: { budget: 0 },
      mayNotRace: true,
      invariants: [
        bystandersAreServed,
        invariant('a mistake is a 500', ({ history }) => {
          const answer = history.named(PROCESS_8.name)[0]?.value as Answer | undefined;
          return answer === undefined || answer.status === 500
            ? undefined
            : { expected: '500', observed: `${answer.status}` };
        }),
      ],
      promises: (api) => [errorsAreKept(api)],
    },
  );

export const route: Exercise = exercise<Code>({
  file: 'exercise.ts',
  task: 'Change processRoute so that a lost connection ends neither the process nor another request, and nothing is done twice.',
  checks: (code) => [
    cutting(code, [PROCESS_7]),
    cutting(code, [PROCESS_7, ITEM_9], noFalsePromise),
    mistaken(code),
  ],
  solution,
  wrong: [
    {
      name: 'try-around',
      code: tryAround,
      looks: /try \{\s*(?:void )?use\(/,
      hint: 'A try catches what is thrown inside of it while it runs. Work that nobody awaits fails later, when the block has long been left: its promise is rejected, and nobody listens.',
    },
    {
      name: 'ping-first',
      code: pingFirst,
      looks: /\.ping\(|\.status\b/,
      hint: 'A connection that answers now may break with the very next command. Looking first makes the window narrower; the error of the work itself still needs somebody who hears it.',
    },
    {
      name: 'swallow',
      code: swallow,
      looks: /\.catch\(\s*\(\w*\) => (?:undefined|null|\{\s*\})\s*\)/,
      hint: 'The process lives, and lies: whoever asked is told that the item was processed, and it was not. An error that is caught still has to be answered.',
    },
    {
      name: 'retry',
      code: retry,
      looks: /for \(|while \(|setTimeout/,
      hint: 'The connection may have broken after the server did what it was told. Reading, adding and writing once more then processes the item a second time: only what may be repeated may be retried.',
    },
  ],
  hints: {
    'no uncaught error':
      'The table shows the command whose connection broke. Who awaits the promise that it belongs to, and what of that has a catch around it?',
    'processed once':
      'Compare what was answered with what is stored. Was somebody told that it was done, although it was not, or was it done once more than anybody asked for?',
    'a lost connection is a 503':
      'Whoever asked cannot tell a Redis that is away from a mistake in the program. Which errors does isUnavailable know, and what is the body to be?',
    'works where nothing fails':
      'Nothing went wrong here. The request has to do its work, and to say what became of it.',
    'an answer can be relied on':
      'Somebody was told that all is well, before it was known, and it was not done. When may the request be answered, and with what?',
    'a mistake is a 500':
      'There is a list where an item should be, and Redis says so. That is no lost connection: coming back later will not help.',
    'every worker settles':
      'A request was never answered. Every way through the route must end with an answer, or with an error that is thrown.',
  },
});
