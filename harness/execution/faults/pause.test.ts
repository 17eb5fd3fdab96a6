import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EPOCH_MS } from '../../clock/virtual-time.js';
import { scenario } from '../../scenario/scenario.js';
import type { ScenarioOptions, WorkerBody } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';
import { Environment } from '../host/environment.js';
import type { ExecutionResult } from '../execution.js';
import { stepLabel } from '../steps/step.js';
import { anyFault, runDeviations, type Deviation } from '../testing/deviations.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

/** The first fault that may strike at a command with this name. */
const faultOn = (name: string): Deviation => anyFault(({ at }) => at.command?.[0] === name);

/** Runs workers along deviations from the calm choice, in their order. */
async function run(
  workers: WorkerBody[],
  faults: ScenarioOptions['faults'],
  deviations: Deviation[],
): Promise<ExecutionResult> {
  const cast = scenario({ name: 'pause', invariants: [], workers, ...(faults && { faults }) });
  const result = await runDeviations(environment, cast, deviations);
  expect(result.finding).toBeUndefined();
  return result;
}

/** `w1 1000 ms GET k`, a line a step. */
function lines({ steps }: ExecutionResult): string[] {
  return steps.map((step) => {
    return `w${step.worker} ${step.atMs} ms ${stepLabel(step)}${step.fault === undefined ? '' : ` [${step.fault}]`}`;
  });
}

describe('worker-pause', () => {
  const faults = { kinds: [{ kind: 'worker-pause', durationMs: 1500, at: { worker: 1 } }] } as const;

  test('should stop code, timers and deliveries of the worker, while the others and every lease go on', async () => {
    const seen: unknown[] = [];
    const holder: WorkerBody = async ({ redis, sleep }) => {
      const timer = sleep(300).then(() => seen.push(['timer', Date.now() - EPOCH_MS]));
      await redis.set('lock', 'w1', 'PX', 1000);
      seen.push(['holds', Date.now() - EPOCH_MS]);
      await redis.get('lock');
      seen.push(['looks', Date.now() - EPOCH_MS]);
      await timer;
    };
    const other: WorkerBody = async ({ redis, sleep }) => {
      await sleep(400);
      seen.push(['other', await redis.pttl('lock')]);
      await sleep(601);
      seen.push(['other', await redis.exists('lock')]);
    };
    const result = await run([holder, other], faults, [faultOn('GET')]);
    expect(lines(result)).toEqual([
      'w1 0 ms SET lock w1 PX 1000',
      'w1 0 ms GET lock [worker-pause]',
      'w2 400 ms timer 400 ms',
      'w2 400 ms PTTL lock',
      'w2 1001 ms timer 601 ms',
      'w2 1001 ms EXISTS lock',
      'w1 1500 ms goes on after 1500 ms',
      'w1 1500 ms GET lock',
      'w1 1500 ms timer 300 ms',
    ]);
    expect(seen).toEqual([
      ['holds', 0],
      ['other', 600],
      ['other', 0],
      ['looks', 1500],
      ['timer', 1500],
    ]);
    expect(result.faults).toBe(1);
  });

  test('should let overdue timers fire before what else is waiting, if the lab so chooses', async () => {
    const seen: string[] = [];
    const holder: WorkerBody = async ({ redis, sleep }) => {
      const timer = sleep(300).then(() => seen.push('timer'));
      await redis.get('k').then(() => seen.push('reply'));
      await timer;
    };
    const timerFirst: Deviation = ({ moves }) => {
      const at = moves.findIndex(({ kind, worker }) => kind === 'timer' && worker === 1);
      return at > 0 ? at : undefined;
    };
    await run([holder], faults, [faultOn('GET'), timerFirst]);
    expect(seen).toEqual(['timer', 'reply']);
  });

  test('should hide from the worker that the server closed its connection until it goes on', async () => {
    const seen: string[] = [];
    const victim: WorkerBody = async ({ redis }) => {
      redis.once('close', () => seen.push(`closed at ${Date.now() - EPOCH_MS}`));
      redis.on('error', () => {});
      await redis.set('id', await redis.client('ID'));
      await redis.incr('c');
    };
    const killer: WorkerBody = async ({ redis, sleep }) => {
      await sleep(100);
      await redis.client('KILL', 'ID', Number(await redis.get('id')));
      await sleep(100);
      seen.push(`killer at ${Date.now() - EPOCH_MS}`);
    };
    await run([victim, killer], faults, [faultOn('INCR')]);
    expect(seen).toEqual(['killer at 200', 'closed at 1500']);
  });
});

describe('clock-skew', () => {
  test('should put the clocks of one worker off, and neither its timers nor the server', async () => {
    const seen: number[][] = [];
    const body: WorkerBody = async ({ redis, sleep, id }) => {
      await redis.ping();
      await sleep(100);
      const [seconds] = (await redis.time()) as unknown as [string | number];
      seen[id] = [Date.now() - EPOCH_MS, new Date().getTime() - EPOCH_MS, performance.now(), Number(seconds)];
    };
    const skewed = { kinds: [{ kind: 'clock-skew', skewMs: -5000, at: { worker: 1 } }] } as const;
    await run([body, body], skewed, [faultOn('PING')]);
    expect(seen[1]!.slice(0, 3)).toEqual([-4900, -4900, -4900]);
    expect(seen[2]!.slice(0, 3)).toEqual([100, 100, 100]);
    expect(seen[1]![3]).toBe(seen[2]![3]);
  });
});
