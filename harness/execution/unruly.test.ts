/** Workers that would end the lab, its connections or its process: each is named, and the lab goes on. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lines, race, runChoices } from '../../test/support/executions.js';
import type { WorkerContext } from '../scenario/types.js';
import { sharedServer } from '../server/index.js';
import { compiledUrl } from '../server/testing/compiled.js';
import { ROOT, scriptArguments } from '../server/testing/script.js';
import { Environment } from './host/environment.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

test.each([0, 3, undefined])(
  'process.exit(%s) in a worker is a finding, and nothing behind it runs',
  async (code) => {
    let behind = false;
    const result = await runChoices(
      environment,
      race(async ({ redis }) => {
        await redis.get('k');
        process.exit(code);
        behind = true;
      }),
    );
    expect(result.finding).toMatchObject({ kind: 'breaks' });
    expect(result.finding!.observed).toContain(`w1 calls process.exit(${code ?? ''})`);
    expect(behind).toBe(false);
  },
);

test.each([
  ['TYPE', 'normal'],
  ['SKIPME', 'no'],
  ['USER', 'default'],
  ['MAXAGE', '1'],
  ['LADDR', '127.0.0.1:1'],
])('CLIENT KILL %s %s would hit the lab, and is refused by name', async (...filter) => {
  const body = ({ redis }: WorkerContext) => redis.call('CLIENT', 'KILL', ...filter);
  await expect(runChoices(environment, race(body))).rejects.toThrow(
    `w1 sent CLIENT KILL ${filter.join(' ').toUpperCase()}, which would close the lab's own connections, too`,
  );
});

test('a worker may name one connection, its own', async () => {
  const body = ({ redis }: WorkerContext) =>
    redis.client('ID').then((id) => redis.call('CLIENT', 'KILL', 'ID', id));
  const [, killed] = lines(await runChoices(environment, race(body)));
  expect(killed).toMatch(/^w1 CLIENT KILL ID \d+ -> 0$/);
});

test.each(['ID', 'ADDR', 'address alone'])(
  "the lab's own connection by its %s is refused by name",
  async (by) => {
    const info = String(await environment.control.call('CLIENT', 'INFO'));
    const [, id, address] = /\bid=(\d+) addr=(\S+)/.exec(info)!;
    const filter = { ID: ['ID', id!], ADDR: ['ADDR', address!] }[by] ?? [address!];
    const body = ({ redis }: WorkerContext) => redis.call('CLIENT', 'KILL', ...filter);
    await expect(runChoices(environment, race(body))).rejects.toThrow(
      `w1 sent CLIENT KILL ${filter.join(' ').toUpperCase()}, which is the lab's own connection`,
    );
    expect(
      (
        await runChoices(
          environment,
          race(({ redis }) => redis.get('k')),
        )
      ).finding,
    ).toBeUndefined();
  },
);

test('MONITOR is refused, and the process that tried it ends', { timeout: 60_000 }, async () => {
  const script = `
    import { explore, scenario } from ${JSON.stringify(compiledUrl('harness/index.ts'))};
    const workers = async ({ redis }) => void (await redis.monitor());
    const verdict = await explore(scenario({ name: 'monitor', workers, invariants: [] }));
    console.log(verdict.kind, verdict.message);`;
  const { stdout } = await promisify(execFile)(process.execPath, scriptArguments(script), { cwd: ROOT });
  expect(stdout).toMatch(/^error w1 sent MONITOR, which would show it the commands of the lab itself/);
});
