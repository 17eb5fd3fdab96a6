import type { Flow } from '../../../base/flow.js';
import type { Stage } from '../../../execution/stage/stage.js';
import type { PendingEvent } from '../../../execution/steps/event.js';
import type { Worker, WorkerStatus } from '../../../execution/stage/worker.js';
import type { Link } from '../../../wire/gate/link.js';
import { linkName } from '../../footprints/calls.js';
import { localCommand, localEvents, type LocalCommand, type LocalEvent } from './local-events.js';

/** A connection of a worker, as data. @internal */
export interface LocalLink {
  readonly client: string;
  readonly taken: boolean;
  readonly connects: number;
  readonly id: number;
  readonly phase: Link['phase'];
  readonly connectIsStep: boolean;
  readonly database: string;
  readonly queue: readonly LocalCommand[];
  /** Connects of its client that are to be refused. */
  readonly refuse?: number;
  /** The error with which commands of its client are answered, and how many. */
  readonly errorReply?: { readonly text: string; readonly left: number };
  /** Something is on its way to the client: kept back by a fault, or as it comes. */
  readonly arrivals?: { readonly late: boolean; readonly held: boolean };
}

/** A timer that a worker waits for, as data. @internal */
export interface LocalTimer {
  readonly nth: number;
  readonly delayMs: number;
  readonly dueMs: number;
  readonly repeat: boolean;
  readonly byClient: boolean;
  /** The connection that it was set for, by its name, or the client. */
  readonly setFor: string | undefined;
}

/** All of one worker that a search, or what could happen next, may depend on, once it has settled. As data. @internal */
export interface LocalState {
  readonly status: WorkerStatus;
  readonly alive: boolean;
  readonly commands: number;
  readonly timersFired: number;
  readonly timersSet: number;
  readonly outstanding: number;
  readonly steps: readonly { readonly nth: number; readonly label: string; readonly seq: number }[];
  readonly links: readonly LocalLink[];
  readonly timers: readonly LocalTimer[];
  /** What is on its way. */
  readonly events?: readonly LocalEvent[];
  /** It stands still. */
  readonly paused?: true;
  /** It stood still until then: virtual wall-clock ms. */
  readonly stoodStillMs?: number;
  /** By how much its clocks are off. */
  readonly skewMs?: number;
}

/**
 * The state of one worker that has settled.
 *
 * @param timersBefore - timers that it had set before the first step: more where a client was made anew
 * @returns undefined where it is more than its own
 * @internal
 */
export function localStateOf(stage: Stage, worker: Worker, timersBefore: number): LocalState | undefined {
  const { flow, status } = worker;
  if (flow.worked || flow.realWork.size > 0) return undefined;
  if (worker.steps.some(({ use }) => use !== undefined)) return undefined;
  if (stage.uncaught.some((one) => one.worker === flow.worker)) return undefined;
  const own = stage.links.filter(({ client }) => client.flow === flow);
  if (!own.every(isPlain)) return undefined;
  const { time } = stage.environment;
  const pending = stage.pending.filter((event) => event.worker === flow.worker);
  const place = placesOf(own, worker, pending);
  const stoodStillMs = stage.stoodStill.get(flow);
  return {
    status,
    alive: flow.alive,
    commands: flow.commands,
    timersFired: flow.timersFired,
    timersSet: time.timersSet(flow) - timersBefore,
    outstanding: flow.outstanding.size,
    steps: worker.steps.map(({ nth, label, seq }) => ({ nth, label, seq: place(seq) })),
    links: own.map((link) => localLink(link, place)),
    timers: localTimers(stage, flow, own, timersBefore),
    ...(pending.length === 0 ? {} : { events: localEvents(pending, place) }),
    ...(stage.paused.has(flow) ? { paused: true as const } : {}),
    ...(stoodStillMs === undefined ? {} : { stoodStillMs }),
    ...(flow.skewMs === undefined ? {} : { skewMs: flow.skewMs }),
  };
}

/** Does it do nothing but take a command and give its answer? */
function isPlain({ inbox, waits, repliesOff, client, phase, frames, isOpen }: Link): boolean {
  if (waits || repliesOff || client.shared || inbox.pushed > 0 || phase === 'hanging') return false;
  return isOpen || frames.queue.length === 0;
}

/** The place of each that waits at the gate among those of its worker, from 1. */
function placesOf(
  links: readonly Link[],
  { steps }: Worker,
  pending: readonly PendingEvent[],
): (seq: number) => number {
  const all = [...links.flatMap(({ frames }) => frames.queue), ...steps, ...pending].map(({ seq }) => seq);
  all.sort((a, b) => a - b);
  return (seq) => all.indexOf(seq) + 1;
}

function localLink(link: Link, place: (seq: number) => number): LocalLink {
  const { client, id, phase, connectIsStep, state, frames, arrivals } = link;
  const { refuse, errorReply } = client;
  const { late, held } = arrivals;
  return {
    client: client.name,
    taken: client.taken,
    connects: client.connects,
    id,
    phase,
    connectIsStep,
    database: state.database,
    queue: frames.queue.map((command) => localCommand(command, place(command.seq))),
    ...(refuse === 0 ? {} : { refuse }),
    ...(errorReply === undefined
      ? {}
      : { errorReply: { text: errorReply.reply.toString('latin1'), left: errorReply.left } }),
    ...(late || held ? { arrivals: { late, held } } : {}),
  };
}

function localTimers(
  { environment }: Stage,
  flow: Flow,
  links: readonly Link[],
  before: number,
): LocalTimer[] {
  return environment.time.pendingOf(flow).map(({ nth, delayMs, dueMs, repeat, byClient, setFor }) => {
    const link = links.findLast(
      ({ client, stream }) => setFor !== undefined && (client === setFor || stream === setFor),
    );
    const named = link !== undefined && link.stream === setFor ? linkName(link) : link?.client.name;
    return { nth: nth - before, delayMs, dueMs, repeat, byClient, setFor: named };
  });
}
