import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { explore } from '../../../explore/explore.js';
import { makeFaultMap } from '../../../explore/maps/fault-map.js';
import { replay } from '../../../explore/replay.js';
import { runTape } from '../../../explore/tape/run-tape.js';
import { Tape } from '../../../explore/tape/tape.js';
import { cellName } from '../../../report/print/map-cells.js';
import { exampleRun } from '../../../explore/maps/example-run.js';
import { scenario } from '../../../scenario/scenario.js';
import type { Scenario } from '../../../scenario/types.js';
import { sharedServer } from '../../../server/index.js';
import { faultSpec } from '../../../faults/spec.js';
import { FAULT_KINDS, FAULTS } from '../../../faults/catalogue.js';
import { Environment } from '../../host/environment.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

/** What happens to connections and to the server, whatever command comes next. */
const KINDS = FAULT_KINDS.filter((kind) => ['connection', 'server'].includes(FAULTS[kind].target));

/** `connection1 server-stall hangs`, a line a cell; each of them is run again. */
async function cells(cast: Scenario): Promise<string[]> {
  const { length: workers } = cast.workers;
  const map = await makeFaultMap(cast, { environment, kinds: KINDS, workers, preemptions: 0 });
  expect(map.complete).toBe(true);
  for (const cell of map.cells) {
    const run = cell.record ?? exampleRun(map, cell)!;
    expect(await replay(cast, run, { session: environment }), cellName(map, cell)).toMatchObject({ same: 1 });
  }
  return map.cells.map(({ position, fault, outcome }) => `${position} ${fault} ${outcome}`);
}

const forEver = scenario({
  name: 'for ever',
  workers: ({ redis, operation }) => operation('pop', () => redis.blpop('q', 0)),
  workerCount: 1,
  client: 'single-shot',
  invariants: [],
  workersMayFail: true,
});

const DROP: Scenario['faults'] = { specs: [faultSpec('connection-drop')], budget: 1 };

describe('a worker that waits for the server, while nothing else can happen', () => {
  test('should be reached by what happens to its connection and to the server', async () => {
    expect((await cells(forEver)).filter((cell) => cell.startsWith('connection1'))).toMatchInlineSnapshot(`
      [
        "connection1 connection-drop handled",
        "connection1 server-readonly handled",
        "connection1 server-masterdown handled",
        "connection1 server-oom hangs",
        "connection1 server-misconf hangs",
        "connection1 server-noreplicas hangs",
        "connection1 server-noperm hangs",
        "connection1 server-loading handled",
        "connection1 server-busy hangs",
        "connection1 server-restart handled",
        "connection1 server-stall hangs",
        "connection1 server-pause hangs",
        "connection1 server-unblock handled",
      ]
    `);
  });

  test.each(['systematic', 'exhaustive', 'rotate'] as const)(
    'should hang when all is calm, on the calm tape: %s',
    async (strategy) => {
      const cast: Scenario = { ...forEver, faults: DROP };
      const verdict = await explore(cast, { session: environment, strategy });
      expect(verdict).toMatchObject({ kind: 'hangs', executions: 1, minimal: { steps: 1, faults: 0 } });
      expect(verdict.record!.tape.choices).toEqual([]);
    },
  );

  test('should go on when the fault is on the tape', async () => {
    const cast: Scenario = { ...forEver, faults: DROP };
    const { result, tape } = await runTape(environment, cast, new Tape([-1]), { seed: 1 });
    expect(result.steps.map(({ id, fault }) => [id, fault])).toEqual([
      ['w1.1', undefined],
      ['w1.connection1', 'connection-drop'],
    ]);
    expect([result.finding, tape.choices]).toEqual([undefined, [-1]]);
  });

  test('should hang as before once the steps are used up', async () => {
    const cast: Scenario = { ...forEver, maxSteps: 1, faults: DROP };
    const { result } = await runTape(environment, cast, new Tape([-1]), { seed: 1 });
    expect([result.finding?.kind, result.capped, result.choices]).toEqual(['hangs', undefined, []]);
  });
});

test('what happens to the server while somebody waits there is over at some time', async () => {
  const cast = scenario({
    name: 'handover',
    workers: [
      ({ redis, operation }) => operation('pop', () => redis.blpop('q', 0)),
      ({ redis, operation }) => operation('push', () => redis.rpush('q', 1)),
    ],
    client: 'single-shot',
    invariants: [],
    workersMayFail: true,
  });
  expect(await cells(cast)).toMatchInlineSnapshot(`
    [
      "server before w1.1.reply server-readonly holds",
      "server before w1.1.reply server-masterdown holds",
      "server before w1.1.reply server-oom holds",
      "server before w1.1.reply server-misconf holds",
      "server before w1.1.reply server-noreplicas holds",
      "server before w1.1.reply server-noperm holds",
      "server before w1.1.reply server-loading holds",
      "server before w1.1.reply server-busy holds",
      "server before w1.1.reply server-restart handled",
      "server before w1.1.reply server-stall holds",
      "server before w1.1.reply server-pause holds",
      "w1.1 server-readonly handled",
      "w1.1 server-masterdown handled",
      "w1.1 server-oom hangs",
      "w1.1 server-misconf handled",
      "w1.1 server-noreplicas handled",
      "w1.1 server-noperm handled",
      "w1.1 server-loading handled",
      "w1.1 server-busy handled",
      "w1.1 server-restart handled",
      "w1.1 server-stall holds",
      "w1.1 server-pause holds",
      "w1.connection1 connection-drop handled",
      "w1.connection1 server-unblock handled",
      "w2.1 server-readonly handled",
      "w2.1 server-masterdown handled",
      "w2.1 server-oom hangs",
      "w2.1 server-misconf hangs",
      "w2.1 server-noreplicas hangs",
      "w2.1 server-noperm hangs",
      "w2.1 server-loading handled",
      "w2.1 server-busy hangs",
      "w2.1 server-restart handled",
      "w2.1 server-stall holds",
      "w2.1 server-pause holds",
    ]
  `);
});
