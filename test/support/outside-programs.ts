/** For tests: workers whose clients are programs, each in a process of its own. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { noLostUpdate } from '../../harness/check/invariants.js';
import { scenario } from '../../harness/scenario/scenario.js';
import type { Scenario, ScenarioOptions, WorkerBody, WorkerContext } from '../../harness/scenario/types.js';

const run = promisify(execFile);
/** Reads a counter, adds one and writes it back, without any client library. */
export const RAW_CLIENT = fileURLToPath(new URL('./raw-client.mjs', import.meta.url));

/** Runs a program until it ends; what it printed, whatever its exit code. Its worker's crash kills it. */
export async function program(
  context: WorkerContext,
  file: string,
  args: readonly string[],
  env = process.env,
): Promise<string> {
  const { signal } = context;
  const ended = run(file, args, { env, signal, killSignal: 'SIGKILL' });
  const { stdout } = await ended.catch((error: Error & { stdout?: string }) => {
    if (error.stdout === undefined) throw error;
    return { stdout: error.stdout };
  });
  return stdout.trim();
}

/** Reads, adds one, writes: each a program in a process of its own. */
export const raw: WorkerBody = async (context) => {
  const port = await context.tcpPort();
  await context.operation('increment', () => program(context, process.execPath, [RAW_CLIENT, String(port)]));
};

/** Workers that add one to `count`. */
export function adders(body: WorkerBody, extra: Partial<ScenarioOptions> = {}): Scenario {
  return scenario({
    name: 'adders',
    workers: body,
    invariants: [noLostUpdate({ key: 'count' })],
    ...extra,
  });
}
