/** What a worker of Vitest knows of the run that it belongs to. @internal */
export interface WorkerConfig {
  readonly testTimeout: number;
  readonly hookTimeout: number;
  readonly silent?: boolean | 'passed-only' | undefined;
}

/** Where nothing is known, nothing is changed. */
const UNKNOWN: WorkerConfig = { testTimeout: 0, hookTimeout: 0 };

/** The configuration of the project. Vitest has no public way to read it, so all of this may be missing. @internal */
export function config(): WorkerConfig {
  const { __vitest_worker__: worker } = globalThis as {
    readonly __vitest_worker__?: { readonly config?: Partial<WorkerConfig> };
  };
  return { ...UNKNOWN, ...worker?.config };
}

/** Vitest says so to the processes that it starts; in CI it uses colours without a terminal. @internal */
export function writesToTerminal(env: NodeJS.ProcessEnv = process.env): boolean {
  return env['FORCE_TTY'] === 'true' || process.stdout.isTTY || env['CI'] !== undefined;
}
