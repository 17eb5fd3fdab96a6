import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Environment } from '../harness/execution/host/environment.js';
import { execute } from '../harness/execution/execution.js';
import type { Chooser } from '../harness/execution/steps/decision.js';
import type { Transport } from '../harness/scenario/types.js';
import { sharedServer } from '../harness/server/index.js';
import type { AimedFault } from '../harness/faults/spec.js';
import { FAULTS, FAULT_KINDS, type FaultKind } from '../harness/faults/catalogue.js';
import { isServerFault } from '../harness/faults/server-fault.js';
import { lines, race } from './support/executions.js';
import { OBSERVED, PATIENT_IOREDIS } from './support/observed-clients.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

/** Some faults need another one before them: a reconnect, or a connection that is idle or silent. */
const BEFORE: Partial<Record<(typeof FAULTS)[FaultKind]['target'], FaultKind>> = {
  connect: 'reset-before-send',
  connection: 'black-hole-reply',
};
/** Some need several commands on their way at once. */
const OF_PIPELINES: readonly FaultKind[] = ['pipeline-cut', 'coalesced-replies'];

/** The faults that a scenario must allow for this one to strike at a command. */
function faultsFor(kind: FaultKind): readonly AimedFault[] {
  const before = BEFORE[FAULTS[kind].target];
  const kinds = before === undefined ? [kind] : [before, kind];
  return kinds.map((each) =>
    each === 'connection-drop' ? { kind: each, at: { command: 'INCR' } } : ({ kind: each } as AimedFault),
  );
}

/** Takes these faults in their order, each as soon as it is offered. */
function firstChances(wanted: readonly AimedFault[]): Chooser & { readonly left: AimedFault[] } {
  const left = [...wanted];
  return {
    left,
    choose({ faults }) {
      const at = faults.findIndex(({ spec }) => spec.kind === left[0]?.kind);
      if (at < 0) return 0;
      left.shift();
      return -1 - at;
    },
  };
}

/** What one client sees of one fault through one way in: its events and results, then the steps. */
async function seen(name: string, way: Transport, kind: FaultKind): Promise<string[]> {
  const log: string[] = [];
  const kinds = faultsFor(kind);
  const cast = race(
    async (context) => {
      const port = way === 'tcp' && name !== 'ioredis' ? await context.tcpPort() : undefined;
      const target = port === undefined ? context.address : { host: '127.0.0.1', port };
      let over = false;
      const { signal } = context;
      const note = (line: string): void => {
        if (!over && !signal.aborted) log.push(line);
      };
      await OBSERVED[name]!(context, target, note, OF_PIPELINES.includes(kind));
      over = true;
    },
    { transport: way, client: PATIENT_IOREDIS, faults: { kinds, budget: kinds.length } },
  );
  const chooser = firstChances(kinds);
  const result = await execute(environment, cast, { chooser, seed: 1 });
  expect(chooser.left).toEqual([]);
  expect(result.bestEffort).toBe(false);
  return [...log, ...lines(result), result.finding?.observed ?? 'nothing wrong'];
}

/** The numbers of errors are those of an operating system. */
function portable(log: readonly string[]): string {
  return `${log.join('\n').replace(/"errno":-\d+/g, '"errno":"as the system has it"')}\n`;
}

function golden(name: string, kind: FaultKind): string {
  return fileURLToPath(
    new URL(`golden/faults-seen/${name.replaceAll(' ', '-')}/${kind}.txt`, import.meta.url),
  );
}

describe.each(Object.keys(OBSERVED))('%s', (name) => {
  const atClients = FAULT_KINDS.filter((kind) => !isServerFault(kind));
  test.each(atClients)('should see of %s what the kernel shows', async (kind) => {
    const real = await seen(name, 'tcp', kind);
    expect(await seen(name, 'hook', kind)).toEqual(real);
    if (name === 'ioredis') expect(await seen(name, 'connector', kind)).toEqual(real);
    await expect(portable(real)).toMatchFileSnapshot(golden(name, kind));
  });
});
