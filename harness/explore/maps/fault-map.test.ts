import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invariant } from '../../check/invariant.js';
import { Environment } from '../../execution/host/environment.js';
import { renderFaultMap } from '../../report/maps/fault-map-table.js';
import { cellName } from '../../report/print/map-cells.js';
import { exampleRun } from './example-run.js';
import { mapsText } from '../../record/text.js';
import { scenario } from '../../scenario/scenario.js';
import type { WorkerBody } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';
import { FAULT_KINDS, USUAL_FAULTS } from '../../faults/catalogue.js';
import { parseRecord } from '../../record/read.js';
import { replay } from '../replay.js';
import { mapsSchema, type FaultMap } from '../../record/fault-map.js';
import { makeFaultMap } from './fault-map.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

const body: WorkerBody = async ({ redis, operation }) => {
  await operation('count', () => redis.incr('count')).catch(() => {});
  await operation('note', () => redis.set('note', 'done')).catch(() => {});
};
const slow: WorkerBody = async ({ redis, sleep }) => {
  await redis.incr('count').catch(() => {});
  await sleep(5);
  await redis.set('note', 'done').catch(() => {});
};
const once = invariant('counted once', async ({ redis, workers }) => {
  const observed = Number(await redis.get('count'));
  if (observed > workers) return { expected: `at most ${workers}`, observed: String(observed) };
});
const counting = scenario({ name: 'counting', workers: body, invariants: [once] });

/** `1 reset-after-apply breaks`, a line a cell. */
function cells(map: FaultMap): string[] {
  return map.cells.map(({ position, fault, outcome }) => `${position} ${fault} ${outcome}`);
}

describe('the fault map', () => {
  test('should try the usual faults at every command, and come out the same again', async () => {
    const map = await makeFaultMap(counting, { environment });
    expect(map.complete).toBe(true);
    expect(map.positions).toEqual([
      { position: '1', command: 'INCR count' },
      { position: '2', command: 'SET note' },
    ]);
    expect(cells(map)).toEqual([
      '1 reset-before-send holds',
      '1 reset-after-apply breaks',
      '1 zombie-request breaks',
      '1 black-hole-request hangs',
      '1 black-hole-reply hangs',
      '1 worker-crash holds',
      '2 reset-before-send holds',
      '2 reset-after-apply holds',
      '2 zombie-request holds',
      '2 black-hole-request hangs',
      '2 black-hole-reply hangs',
      '2 worker-crash holds',
    ]);
    for (const { fault } of map.cells) expect(USUAL_FAULTS).toContain(fault);
    expect(JSON.stringify(await makeFaultMap(counting, { environment }))).toBe(JSON.stringify(map));
  });

  test('should have a record for what broke, with its place', async () => {
    const map = await makeFaultMap(counting, { environment, kinds: ['reset-after-apply'] });
    const [first] = map.cells;
    expect(first?.record?.verdict).toMatchObject({
      kind: 'breaks',
      invariant: 'counted once',
      observed: '3',
    });
    expect(first?.record?.reproduced).toEqual({ times: 1, of: 1 });
  });

  test('should say which seed it was made with, where that is not the usual one', async () => {
    const tokens: WorkerBody = async ({ redis }) => {
      await redis.set('token', String(Math.random())).catch(() => {});
    };
    const cast = scenario({ name: 'tokens', workers: tokens, invariants: [once] });
    const map = await makeFaultMap(cast, { environment, kinds: ['reset-before-send'], seed: 7 });
    expect(map.seed).toBe(7);
    const run = exampleRun(map, map.cells[0]!)!;
    expect(await replay(cast, run, { session: environment })).toMatchObject({ same: 1 });
    expect(await replay(cast, { ...run, seed: 1 }, { session: environment })).toMatchObject({ same: 0 });
    expect(await makeFaultMap(cast, { environment, kinds: ['reset-before-send'] })).not.toHaveProperty(
      'seed',
    );
  });

  test('should have an example of what broke nothing: one execution with that fault', async () => {
    const map = await makeFaultMap(counting, { environment });
    const fine = map.cells.filter(({ record }) => record === undefined);
    expect(fine.map(({ outcome }) => outcome)).toContain('holds');
    for (const { fault, example } of fine) {
      const faults = example!.steps.flatMap((step) => (step.fault === undefined ? [] : [step.fault]));
      expect(faults).toEqual([fault]);
      expect(example!.tape.choices.filter((choice) => choice < 0)).toHaveLength(1);
    }
    for (const { record, example } of map.cells) expect(example === undefined).toBe(record !== undefined);
  });

  test('should have records that can be run again, whatever the scenario itself has planned', async () => {
    const planned = scenario({
      name: 'counting',
      workers: body,
      invariants: [once],
      faults: { kinds: ['worker-crash', 'sliced-reply'], budget: 2 },
    });
    const map = await makeFaultMap(planned, { environment });
    const records = map.cells.flatMap(({ record }) => (record === undefined ? [] : [record]));
    expect(records.length).toBeGreaterThan(3);
    for (const record of records) {
      const read = parseRecord(JSON.stringify(record), 'a cell');
      expect(await replay(planned, read, { session: environment })).toMatchObject({
        same: 1,
        firstDifference: undefined,
      });
    }
  });

  test('should show connections and the server where these are struck', async () => {
    const cast = { ...counting, workers: [slow] };
    const map = await makeFaultMap(cast, {
      environment,
      kinds: ['connection-drop', 'server-readonly'],
      workers: 1,
    });
    const table = renderFaultMap(map, { columns: 100, colour: false }).split('\n');
    expect(table.slice(2, 5).map((line) => line.trimEnd())).toMatchInlineSnapshot(`
      [
        "fault           1  2  connection1",
        "server-readonly ·  ·",
        "connection-drop       ·",
      ]
    `);
  });

  test('should tell what breaks without a fault, too, and which faults had nothing to strike at', async () => {
    const waits: WorkerBody = async ({ redis }) => void (await redis.blpop('q', 0).catch(() => {}));
    const cast = scenario({
      name: 'waits',
      workers: waits,
      workerCount: 1,
      client: 'single-shot',
      invariants: [],
    });
    const kinds = ['reset-before-send', 'server-oom', 'server-noscript', 'connection-drop'] as const;
    const map = await makeFaultMap(cast, { environment, kinds, workers: 1 });
    expect(renderFaultMap(map, { columns: 100, colour: false })).toMatchInlineSnapshot(`
      "waits: 1 worker, one fault, at most 1 preemption (unusual faults: 0 preemptions, an early timer is
      one), all 5 executions

      fault             1  connection1
      reset-before-send ·
      server-oom        =  =
      connection-drop      ·

      B breaks, H hangs, = fails as without a fault, h handled (the worker saw the error, nothing broke),
      · holds (nobody noticed), ? step limit

      1            BLPOP q
      connection1  the waiting connection

      without a fault: hangs with 0 preemptions

      never had anything to strike at: server-noscript"
    `);
  });

  test('should call a place by what is done there, also where only the server was struck', async () => {
    const stepping: WorkerBody = async ({ redis, step }) => {
      await redis.incr('count').catch(() => {});
      await step('think');
    };
    const cast = scenario({ name: 'stepping', workers: stepping, workerCount: 1, invariants: [once] });
    const map = await makeFaultMap(cast, {
      environment,
      kinds: ['server-oom', 'server-restart'],
      workers: 1,
    });
    expect(map.positions).toEqual([
      { position: '1', command: 'INCR count' },
      { position: 'step1', command: 'think' },
    ]);
    expect(cells(map)).toEqual([
      '1 server-oom holds',
      '1 server-restart holds',
      'step1 server-oom holds',
      'step1 server-restart holds',
    ]);
    expect(
      JSON.stringify(
        await makeFaultMap(cast, { environment, kinds: ['server-oom', 'server-restart'], workers: 1 }),
      ),
    ).toBe(JSON.stringify(map));
  });

  test('should have a cell for every fault that applies', async () => {
    const single = scenario({
      name: 'single',
      workers: slow,
      invariants: [once],
      workerCount: 1,
      client: 'single-shot',
    });
    const map = await makeFaultMap(single, { environment, kinds: FAULT_KINDS, workers: 1 });
    expect(map.complete).toBe(true);
    // As it stands in a file: of every share, what failed nowhere comes out the same again.
    const [kept] = mapsSchema.parse(JSON.parse(mapsText([map]))).maps;
    expect(kept).toEqual(map);
    for (const cell of kept!.cells) {
      const run = cell.record ?? exampleRun(kept!, cell);
      expect(await replay(single, run!, { session: environment }), cellName(map, cell)).toMatchObject({
        same: 1,
        firstDifference: undefined,
      });
    }
    const missing = FAULT_KINDS.filter((kind) => !map.cells.some(({ fault }) => fault === kind));
    // Without a pipeline, a reconnect, a script, a command that waits, and a transaction.
    expect(missing).toEqual([
      'pipeline-cut',
      'coalesced-replies',
      'refuse-connect',
      'server-noscript',
      'server-accept-queue',
      'server-unblock',
      'server-execabort',
    ]);
  });
});
