import type { Variant } from '../../harness/lab.js';
import { labs } from '../../labs/index.js';

/** A variant, and the lab that it belongs to. */
export interface LabVariant {
  readonly lab: string;
  readonly variant: Variant;
}

/** Every variant of every lab. */
export const VARIANTS: readonly LabVariant[] = labs.flatMap(({ id, variants }) =>
  variants.map((variant) => ({ lab: id, variant })),
);

/** Those that are expected to hold. */
export const HOLDING = VARIANTS.filter(({ variant }) => variant.expect.kind === 'holds');
/** Those of them with three workers, of which it makes no difference which one is which. */
export const ALIKE = HOLDING.filter(
  ({ variant: { scenario } }) => scenario.interchangeable && scenario.workers.length === 3,
);
/** The others. */
export const UNALIKE = HOLDING.filter((one) => !ALIKE.includes(one));

const TIME_NAMES = [
  'plain-del',
  'lua-release-late',
  'lua-release-in-time',
  'paused-holder',
  'paused-briefly',
  'paused-plain-del',
  'paused-lua-release',
  'late-answer',
  'late-answer-pttl',
  'counts-from-question',
];
/** Variants of the lock lab in which time decides. */
export const TIME_VARIANTS = VARIANTS.filter(
  ({ lab, variant }) => lab === '03-lock-acquisition' && TIME_NAMES.includes(variant.name),
);

/**
 * Interleavings of all workers, three or two, with at most one fault that differ in more than the order of independent steps, and in
 * more than who is who.
 */
export const INTERLEAVINGS: Readonly<Record<string, number>> = {
  '01-lost-update/incr': 5,
  '01-lost-update/watch-multi': 409,
  '01-lost-update/lua-cas': 239,
  '01-lost-update/json-cas': 239,
  '01-lost-update/incr-single-shot-handled': 13,
  '01-lost-update/incr-request-id': 205,
  '03-lock-acquisition/set-nx-px': 14,
  '03-lock-acquisition/lua-release': 5306,
  '03-lock-acquisition/lua-release-in-time': 458,
  '03-lock-acquisition/paused-briefly': 157,
  '03-lock-acquisition/paused-lua-release': 664,
  '03-lock-acquisition/counts-from-question': 2274,
  '03-lock-acquisition/retry-same-token': 655,
  '03-lock-acquisition/lets-it-fail': 42,
  '04-lock-lifetime/extends-between': 53,
  '04-lock-lifetime/script-extend': 351,
  '04-lock-lifetime/watchdog': 202,
  '04-lock-lifetime/checked': 875,
  '04-lock-lifetime/server-clock': 60,
  '04-lock-lifetime/pays-once': 115,
};

/** The same of two workers, for those that are explored with three by `npm run test:long` only. */
export const INTERLEAVINGS_OF_TWO: Readonly<Record<string, number>> = {
  '01-lost-update/watch-multi': 25,
  '03-lock-acquisition/lua-release': 58,
  '03-lock-acquisition/lua-release-in-time': 18,
  '03-lock-acquisition/paused-lua-release': 77,
  '03-lock-acquisition/counts-from-question': 48,
  '03-lock-acquisition/retry-same-token': 63,
  '04-lock-lifetime/script-extend': 351,
  '04-lock-lifetime/checked': 91,
};

/** With more interleavings than this a variant is explored in full by `npm run test:long` only. */
const ORDINARY_MAX = 250;

/** @returns `01-lost-update/incr` */
export function nameOf({ lab, variant }: LabVariant): string {
  return `${lab}/${variant.name}`;
}

/** Does it take minutes to explore? */
export function isLong(one: LabVariant): boolean {
  return (INTERLEAVINGS[nameOf(one)] ?? 0) > ORDINARY_MAX;
}
