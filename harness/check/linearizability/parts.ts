import type { Called } from './calls.js';
import type { Model } from './model.js';
import { keyOf } from './values.js';

/** Operations by what they are about; under undefined where all are about the same. @internal */
export type Parts = ReadonlyMap<string | undefined, readonly Called[]>;

/** The parts of a history that can be checked apart from each other. @internal */
export function partsOf(calls: readonly Called[], { partition }: Model): Parts {
  const parts = new Map<string | undefined, Called[]>();
  for (const called of calls) {
    const key = partition?.(called.call);
    const part = parts.get(key);
    if (part === undefined) parts.set(key, [called]);
    else part.push(called);
  }
  return parts;
}

/** One model of all partitions: its state has a state for each. @internal */
export function together(model: Model): Model {
  const { partition, init, step } = model;
  if (partition === undefined) return model;
  const none: Readonly<Record<string, unknown>> = {};
  return {
    ...model,
    init: none,
    step: (all, call) => {
      const key = partition(call);
      const states = all as typeof none;
      const taken = step(Object.hasOwn(states, key) ? states[key] : init, call);
      return 'refused' in taken ? taken : { ...taken, state: { ...states, [key]: taken.state } };
    },
  };
}

/** For each operation of unknown outcome the one before it that nothing tells apart from it, or -1. @internal */
export function twinsOf(
  calls: readonly Called[],
  { looksAt = [] }: Model,
  listOf: (called: Called) => number,
): number[] {
  const last = new Map<string, number>();
  const twins = Array.from({ length: calls.length }, () => -1);
  const unknown = calls.flatMap(({ call, operation }, at) =>
    call.known ? [] : [{ at, start: operation.start }],
  );
  for (const { at } of unknown.sort((a, b) => a.start - b.start)) {
    const { operation, call } = calls[at]!;
    const worker = looksAt.includes('worker') ? operation.worker : 0;
    const startMs = looksAt.includes('times') ? call.startMs : 0;
    const key = keyOf([listOf(calls[at]!), call.name, call.input, worker, startMs], false);
    twins[at] = last.get(key) ?? -1;
    last.set(key, at);
  }
  return twins;
}
