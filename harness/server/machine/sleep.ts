// Captured when the module is loaded: a server may be stopped while the timers of the program are virtual.
const { setTimeout: realSetTimeout, clearTimeout: realClearTimeout } = globalThis;

/** Waits for some real milliseconds. @internal */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    realSetTimeout(resolve, ms);
  });
}

/** The value of a promise, or `undefined` when it takes longer than `ms` real milliseconds. @internal */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: ReturnType<typeof realSetTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = realSetTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    realClearTimeout(timer);
  }
}
