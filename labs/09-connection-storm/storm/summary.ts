/** What a storm came to, in one line, in numbers and as a picture. */
import type { Measured } from '../../../harness/lab.js';
import { drawTimeline } from '../picture/picture.js';
import { endOf, failuresOf, quantile, type Attempt } from '../timeline/attempt.js';
import { diagnose } from '../timeline/diagnose.js';
import { windowsOf, worstWindow } from '../timeline/windows.js';
import type { Storm } from './storm.js';

/** A window of the story was 30 s; here a storm is over in a few seconds. */
const WINDOW_MS = 500;
/** Connects are counted in so many ms where the question is how many came at once. */
const AT_ONCE_MS = 50;
/** A client process that was held up for longer may have caused what it saw. */
const HELD_UP_MS = 500;

/**
 * Puts a storm into words.
 *
 * @param title - of the picture
 * @param smaller - what had to be made smaller than was asked for
 */
export function summarise(storm: Storm, title: string, smaller?: string): Measured {
  const { attempts, options, stall, queue } = storm;
  const found = diagnose(attempts);
  const figures = figuresOf(storm);
  const failures = [...failuresOf(attempts)].map(([kind, number]) => `${grouped(number)} × ${kind}`);
  const lasted = stall.until - stall.from;
  const sentences = [
    `${grouped(figures['failed']!)} of ${grouped(attempts.length)} requests failed${failures.length === 0 ? '' : ` (${failures.join(', ')})`}`,
    ...(figures['queueMost'] === undefined
      ? []
      : [`the queue held ${grouped(figures['queueMost'])} of ${grouped(options.backlog + 1)}`]),
    `at most ${grouped(figures['busiest50Ms']!)} connects began within ${AT_ONCE_MS} ms`,
    ...(storm.counters === undefined ? [] : [`${grouped(storm.counters.overflows)} overflows counted`]),
    found === undefined
      ? 'the clients’ view shows no stall'
      : `the clients’ view shows a stall of ${seconds(found.until - found.from)} (it was ${seconds(lasted)})`,
  ];
  const missing = [
    ...(smaller === undefined ? [] : [smaller]),
    ...storm.missing,
    ...(storm.heldUpMs > HELD_UP_MS
      ? [`a quiet machine: the process of the clients was held up for ${Math.round(storm.heldUpMs)} ms`]
      : []),
  ];
  const picture = drawTimeline({
    title,
    attempts,
    found,
    stall,
    queue: { samples: queue, most: options.backlog + 1 },
  });
  return { summary: sentences.join('; '), figures, missing, pictures: { timeline: picture } };
}

/** Every number of a storm. */
export function figuresOf({
  attempts,
  options,
  stall,
  queue,
  counters,
  ...more
}: Storm): Record<string, number> {
  const found = diagnose(attempts);
  const took = attempts.flatMap(({ at, replied }) => (replied === undefined ? [] : [replied - at]));
  const worst = worstWindow(windowsOf(attempts, WINDOW_MS));
  const numbers: Record<string, number | undefined> = {
    ratePerSecond: options.ratePerSecond,
    steadyFrom: options.steady[0],
    steadyUntil: options.steady[1],
    backlog: options.backlog,
    requests: attempts.length,
    answered: took.length,
    failed: attempts.filter(({ failed }) => failed !== undefined).length,
    stillWaiting: attempts.filter((one) => endOf(one) === undefined).length,
    ...Object.fromEntries([...failuresOf(attempts)].map(([kind, number]) => [`failed: ${kind}`, number])),
    medianMs: quantile(took, 0.5),
    p99Ms: quantile(took, 0.99),
    worstMs: quantile(took, 1),
    queueMost: quantile(
      queue.map(([, waiting]) => waiting),
      1,
    ),
    overflows: counters?.overflows,
    drops: counters?.drops,
    busiest50Ms: mostAtOnce(attempts),
    reconnects: more.reconnects,
    connectedAtTheEnd: more.connected,
    stallMs: stall.until - stall.from,
    foundFromMs: found?.from,
    foundMs: found === undefined ? undefined : found.until - found.from,
    worstWindowFromMs: worst?.from,
    clientsHeldUpMs: more.heldUpMs,
  };
  const known = Object.entries(numbers).filter((one): one is [string, number] => one[1] !== undefined);
  return Object.fromEntries(known.map(([name, value]) => [name, Math.round(value * 10) / 10]));
}

/** The most connects that began within 50 ms. */
export function mostAtOnce(attempts: readonly Attempt[]): number {
  // Who had a connection already did not connect.
  const connects = attempts.filter(({ at, connected }) => connected !== at).map(({ at }) => at);
  return windowsOf(
    connects.map((at) => ({ at })),
    AT_ONCE_MS,
  ).reduce((most, { begun }) => Math.max(most, begun), 0);
}

function grouped(number: number): string {
  return number.toLocaleString('en');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
