import type { HeldCommand } from '../../wire/gate/held-command.js';
import type { Link } from '../../wire/gate/link.js';
import type { PendingEvent } from '../steps/event.js';

/** A command that was sent and that the server has not looked at yet, since it stands still. @internal */
export interface ParkedCommand {
  readonly link: Link;
  readonly held: HeldCommand;
  /** Of the step that sent it. */
  readonly id: string;
}

/** A command that the server has not answered, since it waits for another client or for its time. @internal */
export interface ServerWait {
  readonly link: Link;
  readonly held: HeldCommand;
  /** Of the step that sent it. */
  readonly id: string;
  /** The server's number for the connection. */
  readonly clientId: string;
  /** Undefined once the connection is gone. */
  readonly answer: Promise<Buffer | undefined>;
  /** Its time running out. */
  timeout: PendingEvent | undefined;
}
