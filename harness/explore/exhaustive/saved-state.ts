import { z } from 'zod';
import type { LookKind } from '../../check/history-lens.js';
import type { SavedTree } from '../dpor/search.js';
import type { SavedAspect } from './observer/aspects.js';
import type { HeldBack } from './observer/observed.js';

/** The state of an exhaustive search between two executions, as JSON. @internal */
export interface SavedState {
  /** Its tree. */
  readonly search: SavedTree;
  /** What turned out to matter besides keys and connections. */
  readonly aspects: readonly SavedAspect[];
  /** Executions of searches that were given up for a better one. */
  readonly lost: number;
  /** Executions that were composed, and not run. */
  readonly composed?: number;
  /** How the first execution that reached a limit did. */
  readonly cappedBy?: string;
  /** In some execution a timer did not fire early, since the limits forbade it. */
  readonly heldBack: HeldBack;
}

const footprint = z.union([
  z.literal('everything'),
  z.array(z.strictObject({ resource: z.string(), mode: z.enum(['read', 'add', 'write']) })),
]);
const event = z.strictObject({
  key: z.string(),
  label: z.string(),
  footprint,
  worker: z.int().min(0),
  cost: z.enum(['fault', 'delay']).exactOptional(),
  place: z.array(z.int()).exactOptional(),
  settles: z.array(z.int()).exactOptional(),
  follows: z.array(z.int()).exactOptional(),
  fleeting: z.literal(true).exactOptional(),
  heardIn: z.string().exactOptional(),
  hears: z.literal(true).exactOptional(),
  line: z.string().exactOptional(),
});
const wakeup = z.strictObject({
  event,
  get children() {
    return z.array(wakeup);
  },
});
const count = z.int().min(0);
const node = z.strictObject({
  sleep: z.array(event),
  wakeup: z.array(wakeup),
  chosen: event,
  done: count,
});

const counts = z.array(count);
const names = z.array(z.string());
const seen = { all: counts, after: z.array(z.tuple([z.string(), counts])) };
const forecast = z.strictObject({
  steps: z.strictObject({
    kinds: z.array(
      z.strictObject({
        name: z.string(),
        outcomes: z.array(z.tuple([names, names, names, names])),
        ...seen,
      }),
    ),
    steps: z.array(z.strictObject({ event, kind: z.string(), ...seen })),
  }),
  due: count,
  total: count.exactOptional(),
});

const LOOK_KINDS: Readonly<Record<LookKind, true>> = {
  order: true,
  overlaps: true,
  starts: true,
  all: true,
  commands: true,
  key: true,
  own: true,
  faults: true,
  times: true,
  moments: true,
  steps: true,
};
const lookKind = z.enum(Object.keys(LOOK_KINDS) as LookKind[]);
const aspect = z.union([
  z.enum(['memory', 'time']),
  z.tuple([z.string(), lookKind, z.string()]),
  z.strictObject({ loop: z.string(), ends: z.boolean() }),
]);

/** Checks such a state, read from a file. @internal */
export const stateSchema: z.ZodType<SavedState> = z.strictObject({
  search: z.strictObject({
    path: z.array(node),
    ahead: z.array(wakeup),
    started: z.boolean(),
    counts: z.strictObject({ maximal: count, capped: count, redundant: count }),
    forecast,
  }),
  aspects: z.array(aspect),
  lost: count,
  composed: count.exactOptional(),
  cappedBy: z.string().exactOptional(),
  heldBack: z.strictObject({ own: z.boolean(), clients: z.boolean() }),
});
