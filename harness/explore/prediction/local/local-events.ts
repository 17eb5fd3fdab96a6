import type { Stage } from '../../../execution/stage/stage.js';
import type { PendingEvent } from '../../../execution/steps/event.js';
import type { HeldCommand } from '../../../wire/gate/held-command.js';

/** A command at the gate, as data. @internal */
export interface LocalCommand {
  readonly frame: string;
  readonly name: string;
  readonly seq: number;
  readonly greeting: number;
  readonly nth: number;
  readonly nthOfName: number;
  readonly handshake: boolean;
  readonly byWire: boolean;
  readonly attempts: number;
  readonly lower: string;
}

/** A connection, by its client and its place among the connections of that. @internal */
export interface LocalName {
  readonly client: string;
  readonly id: number;
}

/** Something that is on its way to a worker, or from it to the server, as data. @internal */
export interface LocalEvent {
  readonly id: string;
  readonly label: string;
  readonly seq: number;
  readonly ordinary: boolean;
  readonly private: boolean;
  readonly hears: boolean;
  readonly arrivesOn: LocalName | undefined;
  readonly dueMs: number | undefined;
  /** It may happen now. */
  readonly ready: boolean;
  /** It cannot happen any more. */
  readonly obsolete: boolean;
  /** What it brings to the server, and where it was written. */
  readonly lands:
    { readonly command: LocalCommand; readonly on: LocalName; readonly database: string } | undefined;
}

/** @param seq - its place among all that of its worker waits @internal */
export function localCommand({ frame, name, greeting, tag }: HeldCommand, seq: number): LocalCommand {
  return {
    frame: frame.toString('latin1'),
    name,
    seq,
    greeting,
    nth: tag.nth,
    nthOfName: tag.nthOfName,
    handshake: tag.handshake,
    byWire: tag.byWire,
    attempts: tag.attempts,
    lower: tag.name,
  };
}

/** What is on its way because of one worker, in its order. @param place - of each among all that of it waits @internal */
export function localEvents(
  pending: readonly PendingEvent[],
  place: (seq: number) => number,
): readonly LocalEvent[] {
  return pending.map((event): LocalEvent => {
    const { id, label, ordinary, arrivesOn, dueMs, held, link } = event;
    return {
      ...{ id, label, ordinary, dueMs },
      seq: place(event.seq),
      private: event.private === true,
      hears: event.hears === true,
      arrivesOn: arrivesOn && { client: arrivesOn.client.name, id: arrivesOn.id },
      ready: event.ready?.() !== false,
      obsolete: event.obsolete?.() === true,
      lands:
        held === undefined || link === undefined
          ? undefined
          : {
              command: localCommand(held, 0),
              on: { client: link.client.name, id: link.id },
              database: link.state.database,
            },
    };
  });
}

/** Is nothing under way that belongs to no worker alone? @internal */
export function isOfWorkers(stage: Stage): boolean {
  const { pending, waiting, listening, turns, ports, states, values, hearsExpiry } = stage;
  const free = waiting.length === 0 && listening.size === 0 && ports.size === 0;
  return (
    free &&
    !turns.heldBack &&
    states.size === 0 &&
    values.size === 0 &&
    !hearsExpiry &&
    pending.every(({ own }) => own === true)
  );
}
