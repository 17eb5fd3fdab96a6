/** For tests: what the command line prints about one scenario, with a server that is there already. */
import type { Environment } from '../../execution/host/environment.js';
import { lab, type Expectation } from '../../scenario/lab.js';
import type { Scenario } from '../../scenario/types.js';
import type { CliContext, Runner } from '../context/context.js';
import { runCli } from '../program.js';

/** What is printed, and with what. */
export interface Printed {
  readonly environment: Environment;
  /** The one variant that there is. */
  readonly name: string;
  readonly scenario: Scenario;
  readonly expectation: Expectation;
  readonly columns: number;
  /** What does the work. */
  readonly runner: Partial<Runner>;
}

/** Runs a command. @returns its exit code, and what it wrote on standard output */
export async function printed(
  args: readonly string[],
  { environment, name, scenario, expectation, columns, runner }: Printed,
): Promise<{ code: number; out: string }> {
  let out = '';
  const output = (keep: boolean): CliContext['out'] => ({
    write: (text: string) => void (keep && (out += text)),
    columns,
    colour: false,
    rewritable: false,
  });
  const lent: Partial<Runner> = {
    startServer: async () => ({ ...environment.server, stop: async () => {} }),
    openEnvironment: async () => ({
      close: () => {},
      restore: async () => {},
      clean: () => {},
      emptied: async () => {},
    }),
    confirm: async () => [],
    ...runner,
  };
  const variants = [{ name, title: name, scenario, expect: expectation }];
  const code = await runCli([...args], {
    out: output(true),
    err: output(false),
    cwd: process.cwd(),
    env: {},
    importFile: () => Promise.reject(new Error('not in this test')),
    loadLabs: async () => [lab({ id: '99-prints', title: 'Prints', variants })],
    loadRunner: async () => lent as Runner,
    waitForEnter: undefined,
    askLine: undefined,
    signal: new AbortController().signal,
    version: '1.0.0',
    invocation: 'npx race-lab',
  });
  return { code, out };
}
