import type * as fc from 'fast-check';

/** A client whose every reply waits until the scheduler lets it go. */
export function scheduled<T extends object>(client: T, worker: number, scheduler: fc.Scheduler): T {
  return new Proxy(client, {
    get(target, key, proxy) {
      const value = Reflect.get(target, key) as unknown;
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        const result: unknown = (value as (...all: unknown[]) => unknown).apply(target, args);
        if (result instanceof Promise) return scheduler.schedule(result, `w${worker} ${String(key)}`);
        // A pipeline or a transaction: it is its `exec` that replies.
        if (key === 'multi' || key === 'pipeline') return scheduled(result as object, worker, scheduler);
        return result === target ? proxy : result;
      };
    },
  });
}
