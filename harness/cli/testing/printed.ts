/** For tests: what the command line prints about one scenario, with a server that is there already. */
import type { Environment } from '../../execution/environment.js';
import { lab, type Expectation } from '../../lab.js';
import type { Scenario } from '../../scenario.js';
import type { CliContext, Engine } from '../context.js';
import { runCli } from '../program.js';

export interface Printed {
  readonly environment: Environment;
  /** The one variant that there is. */
  readonly name: string;
  readonly scenario: Scenario;
  readonly expectation: Expectation;
  readonly columns: number;
  /** What does the work. */
  readonly engine: Partial<Engine>;
}

/** Runs a command. @returns its exit code, and what it wrote on standard output */
export async function printed(
  args: readonly string[],
  { environment, name, scenario, expectation, columns, engine }: Printed,
): Promise<{ code: number; out: string }> {
  let out = '';
  const output = (keep: boolean): CliContext['out'] => ({
    write: (text: string) => void (keep && (out += text)),
    columns,
    colour: false,
    rewritable: false,
  });
  const lent: Partial<Engine> = {
    startServer: async () => ({ ...environment.server, stop: async () => {} }),
    openEnvironment: async () => ({
      close: () => {},
      restore: async () => {},
      clean: () => {},
      emptied: async () => {},
    }),
    ...engine,
  };
  const variants = [{ name, title: name, scenario, expect: expectation }];
  const code = await runCli([...args], {
    out: output(true),
    err: output(false),
    loadLabs: async () => [lab({ id: '99-prints', title: 'Prints', variants })],
    loadEngine: async () => lent as Engine,
    waitForEnter: undefined,
    signal: new AbortController().signal,
    version: '1.0.0',
    invocation: 'npx race-lab',
  });
  return { code, out };
}
