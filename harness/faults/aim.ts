import { FAULTS, type FaultDescription, type FaultKind } from './catalogue.js';
import { HTTP_FAULT_KINDS, strikesHttp } from './http-kinds.js';
import { isWhole } from './whole.js';

/**
 * Where a fault may strike; what is left out is free. Without an aim it may strike wherever it applies.
 *
 * @public
 */
export interface FaultAim {
  /** 1-based worker. */
  readonly worker?: number;
  /**
   * Number of the command among those of its worker, from 1; with `command`, among those of that name: `{ command:
   * 'SUBSCRIBE', nth: 2 }` is the second SUBSCRIBE.
   */
  readonly nth?: number;
  /** Command name, in any case. */
  readonly command?: string;
  /** One of the arguments of the command. */
  readonly key?: string;
  /**
   * At a command that the client sends by itself while it connects (HELLO, CLIENT, INFO, SELECT …) instead of at one
   * of its worker. Only then is such a command a step.
   */
  readonly handshake?: boolean;
  /**
   * Number of the reconnect of the client, from 1, or of the connection that it made: then what is sent on it. 0 is the
   * first connect, which is a step only where a fault is aimed at it.
   */
  readonly reconnect?: number;
  /**
   * At a request or a response of HTTP instead of at a command: then `command` is the method of the request, `key` its path,
   * and `worker` who sent it.
   */
  readonly http?: boolean;
}

/** What an aim may say, and what each of it must be. */
const AIMS: Readonly<Record<keyof FaultAim, { wanted: string; fits: (value: unknown) => boolean }>> = {
  worker: { wanted: 'a worker, from 1', fits: (value) => isWhole(value, 1) },
  nth: { wanted: 'the number of a command, from 1', fits: (value) => isWhole(value, 1) },
  command: { wanted: 'the name of a command', fits: (value) => typeof value === 'string' && value !== '' },
  key: { wanted: 'an argument of a command', fits: (value) => typeof value === 'string' },
  handshake: { wanted: 'true or false', fits: (value) => typeof value === 'boolean' },
  reconnect: { wanted: 'the number of a reconnect, from 0', fits: (value) => isWhole(value, 0) },
  http: { wanted: 'true or false', fits: (value) => typeof value === 'boolean' },
};

/**
 * Checks that a fault of this kind can be aimed so.
 *
 * @throws RangeError that says what is wrong and what is possible
 * @internal
 */
export function checkAim(kind: FaultKind, at: FaultAim): void {
  for (const [name, value] of Object.entries(at)) checkAimPart(kind, name, value);
  const { target } = FAULTS[kind] as FaultDescription;
  if (at.http === true && !strikesHttp(kind))
    throw new RangeError(`"${kind}" does not strike at HTTP; these do: ${HTTP_FAULT_KINDS.join(', ')}`);
  if (at.http === true && (at.handshake === true || at.reconnect !== undefined))
    throw new RangeError(`"${kind}": at HTTP there is no handshake, and no reconnect with a number`);
  if (at.handshake === true && target !== 'command')
    throw new RangeError(`"${kind}" strikes at a ${target}: it cannot be aimed at the handshake`);
  if (at.handshake === true && at.nth !== undefined)
    throw new RangeError(
      `"${kind}": commands of a handshake have no number; aim at "command" instead of "nth"`,
    );
  const named = at.command ?? at.key ?? at.nth;
  if (target === 'connect' && named !== undefined)
    throw new RangeError(
      `"${kind}" strikes at a connect, which has no command: aim at "worker" or "reconnect"`,
    );
}

function checkAimPart(kind: FaultKind, name: string, value: unknown): void {
  const aim = AIMS[name as keyof FaultAim] as (typeof AIMS)['worker'] | undefined;
  if (aim === undefined) {
    throw new RangeError(
      `"${kind}" cannot be aimed at "${name}"; it can at: ${Object.keys(AIMS).join(', ')}`,
    );
  }
  if (value !== undefined && !aim.fits(value))
    throw new RangeError(`"at.${name}" of "${kind}" is ${aim.wanted}, not ${JSON.stringify(value)}`);
}
