import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Environment } from '../harness/execution/environment.js';
import { execute } from '../harness/execution/execution.js';
import type { Chooser } from '../harness/execution/step.js';
import type { ClientWay } from '../harness/scenario.js';
import { sharedServer } from '../harness/server/index.js';
import { FAULTS, FAULT_KINDS, type FaultKind } from '../harness/wire/fault.js';
import { lines, race } from './support/executions.js';
import { OBSERVED, PATIENT_IOREDIS } from './support/observed-clients.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

/** Takes this fault as soon as it is offered; for one that needs a reconnect, breaks the connection first. */
function firstChance(kind: FaultKind): Chooser & { struck: boolean } {
  let reset = FAULTS[kind].target !== 'connect';
  return {
    struck: false,
    choose({ faults }) {
      const at = (wanted: FaultKind): number => faults.findIndex(({ spec }) => spec.kind === wanted);
      if (!this.struck && at(kind) >= 0) {
        this.struck = true;
        return -1 - at(kind);
      }
      if (reset || at('reset-before-send') < 0) return 0;
      reset = true;
      return -1 - at('reset-before-send');
    },
  };
}

/** What one client sees of one fault through one way in: its events and results, then the steps. */
async function seen(name: string, way: ClientWay, kind: FaultKind): Promise<string[]> {
  const log: string[] = [];
  const cast = race(
    async (context) => {
      const port = way === 'tcp' && name !== 'ioredis' ? await context.tcpPort() : undefined;
      const target = port === undefined ? context.address : { host: '127.0.0.1', port };
      let over = false;
      await OBSERVED[name]!(context, target, (line) => {
        if (!over && !context.signal.aborted) log.push(line);
      });
      over = true;
    },
    { way, client: PATIENT_IOREDIS, faults: { kinds: [kind, 'reset-before-send'], budget: 2 } },
  );
  const chooser = firstChance(kind);
  const result = await execute(environment, cast, { chooser, seed: 1 });
  expect(chooser.struck).toBe(true);
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
  const atClients = FAULT_KINDS.filter((kind) => (FAULTS[kind].target as string) !== 'server');
  test.each(atClients)('should see of %s what the kernel shows', async (kind) => {
    const real = await seen(name, 'tcp', kind);
    expect(await seen(name, 'hook', kind)).toEqual(real);
    if (name === 'ioredis') expect(await seen(name, 'connector', kind)).toEqual(real);
    await expect(portable(real)).toMatchFileSnapshot(golden(name, kind));
  });
});
