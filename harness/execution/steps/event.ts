import type { HeldCommand } from '../../wire/gate/held-command.js';
import type { Link } from '../../wire/gate/link.js';
import type { HttpSegment } from '../../wire/http/connection.js';
import type { PerformedStep } from './step.js';

/**
 * Something that is on its way and happens when the lab chooses it: a reply that was kept back, a frame that lands
 * late, an answer to a command that waited on the server, the recovery of a server.
 *
 * @internal
 */
export interface PendingEvent {
  /** 1-based worker that it reaches; 0 where it is nobody's. */
  readonly worker: number;
  /** Order of arrival, as for moves. */
  readonly seq: number;
  /** Stable identity within a scenario: `w1.2.reply`. */
  readonly id: string;
  /** For people: `reply to GET c arrives`. */
  readonly label: string;
  /** Part of ordinary work, such as an answer that is there: it preempts nobody when its worker waits for it. */
  readonly ordinary: boolean;
  /** The command that it brings to the server, where it does, and the connection that it was written to. */
  readonly held?: HeldCommand;
  readonly link?: Link;
  /** What it brings over an HTTP connection. */
  readonly http?: HttpSegment;
  /** It is on its way because of what its worker did or was told, and reaches nobody but that worker, and the server with `held`. */
  readonly own?: boolean;
  /** Nobody but its worker can tell whether it has happened. */
  readonly private?: boolean;
  /** The connection on which it arrives, in its order, where it is something that the server said. */
  readonly arrivesOn?: Link;
  /** A worker hears the reply to a command; where it can hear nothing else before, that is one step with the command. */
  readonly hears?: true;
  /** Virtual wall-clock time before which it does not happen; then it takes its turn among the timers. */
  readonly dueMs?: number;
  /** Nothing but time passes with it: it does not happen once every worker has ended. */
  readonly idle?: boolean;
  /** It cannot happen any more, as with a reply whose connection is gone. */
  readonly obsolete?: () => boolean;
  /** The execution ended before it happened: gives back what it holds. */
  readonly abandon?: () => void;
  /** Everything else that waits is held up by it: to let time pass before it is a preemption. */
  readonly prompt?: boolean;
  /** May it happen yet? Left out where it may at any time. When nothing else can happen, it may. */
  readonly ready?: () => boolean;
  /** Makes it happen. The step is recorded already. */
  readonly perform: (step: PerformedStep) => Promise<void>;
}
