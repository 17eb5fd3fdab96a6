import { currentFlow, type Flow } from '../base/flow.js';
import type { Replace } from './replace.js';

/** The virtual date and the virtual stopwatches for code in a flow; see `installGlobals`. @internal */
export function replaceDates(replace: Replace): void {
  const RealDate = globalThis.Date;
  const now = (): number => {
    const flow = currentFlow();
    return flow === undefined ? RealDate.now() : dateMs(flow);
  };
  const replacement = new Proxy(RealDate, {
    construct(target, args, newTarget) {
      const flow = args.length === 0 ? currentFlow() : undefined;
      return Reflect.construct(target, flow === undefined ? args : [dateMs(flow)], newTarget) as object;
    },
    apply(target) {
      return new target(now()).toString();
    },
    get(target, key, receiver) {
      return key === 'now' ? now : (Reflect.get(target, key, receiver) as unknown);
    },
  });
  replace(globalThis, 'Date', replacement);

  const realNow = performance.now.bind(performance);
  replace(performance, 'now', () => {
    const flow = watchedFlow();
    return flow === undefined ? realNow() : stopwatchMs(flow);
  });

  const { hrtime } = process;
  const virtualHrtime = (previous?: [number, number]): [number, number] => {
    const flow = watchedFlow();
    if (flow === undefined) return hrtime.call(process, previous);
    const [seconds, nanos] = previous ?? [0, 0];
    const elapsed =
      BigInt(stopwatchMs(flow)) * 1_000_000n - (BigInt(seconds) * 1_000_000_000n + BigInt(nanos));
    const rest = ((elapsed % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
    return [Number((elapsed - rest) / 1_000_000_000n), Number(rest)];
  };
  virtualHrtime.bigint = (): bigint => {
    const flow = watchedFlow();
    return flow === undefined ? hrtime.bigint() : BigInt(stopwatchMs(flow)) * 1_000_000n;
  };
  replace(process, 'hrtime', virtualHrtime);
  const { uptime } = process;
  replace(process, 'uptime', () => {
    const flow = watchedFlow();
    return flow === undefined ? uptime.call(process) : stopwatchMs(flow) / 1000;
  });
  replaceTimeOrigin(replace);
}

/** What `performance.now` counts from: together they make a date. */
function replaceTimeOrigin(replace: Replace): void {
  const { timeOrigin } = performance;
  const origin = (): number => {
    const flow = watchedFlow();
    return flow === undefined ? timeOrigin : dateMs(flow) - stopwatchMs(flow);
  };
  replace(performance, 'timeOrigin', origin, 'getter');
}

/** What a clock on the wall of this flow shows. */
function dateMs({ time, skewMs = 0 }: Flow): number {
  return time.nowMs() + skewMs;
}

function stopwatchMs({ time, skewMs = 0 }: Flow): number {
  return time.elapsedMs() + skewMs;
}

/** The flow that runs now, if it waits in virtual time: who waits in real time must be able to measure it. */
function watchedFlow(): Flow | undefined {
  const flow = currentFlow();
  return flow?.waits === 'virtual' ? flow : undefined;
}
