/** What a worker of Vitest knows of the run that it belongs to. @internal */
export interface VitestWorker {
  readonly config: {
    readonly testTimeout: number;
    readonly hookTimeout: number;
    readonly silent?: boolean | 'passed-only' | undefined;
  };
  /** The test that is running. */
  readonly current?: {
    /** `test`, or what holds tests. */
    readonly type?: string;
    readonly timeout?: number;
    /** What it takes along to reporters. */
    readonly meta?: object;
    /** When it began, in ms since 1970. */
    readonly result?: { readonly startTime?: number };
    readonly context?: {
      readonly signal?: AbortSignal;
      readonly onTestFinished?: (then: () => void) => void;
    };
  };
}

/** Where nothing is known, nothing is changed. */
const UNKNOWN: VitestWorker['config'] = { testTimeout: 0, hookTimeout: 0 };

/** The state of this worker. Vitest has no public way to read it, so all of this may be missing. @internal */
export function vitestWorker(): VitestWorker {
  const { __vitest_worker__: worker } = globalThis as { readonly __vitest_worker__?: Partial<VitestWorker> };
  return { ...worker, config: { ...UNKNOWN, ...worker?.config } };
}
