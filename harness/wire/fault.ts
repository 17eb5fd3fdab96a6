/**
 * The ways in which a connection breaks, as the explorer may choose them. Each is aimed at one command of one
 * worker, or at a reconnect.
 */
export const FAULTS = {
  'reset-before-send': {
    mark: '✂ reset, command not sent',
    outcome: 'definite',
    target: 'command',
    summary: 'The connection is reset before the command leaves the client; the server never sees it.',
  },
  'reset-after-apply': {
    mark: '✂ reply lost, connection reset',
    outcome: 'ambiguous',
    target: 'command',
    summary: 'The server runs the command, then the connection is reset before the reply arrives.',
  },
  'truncated-reply': {
    mark: '✂ half a reply, connection closed',
    outcome: 'ambiguous',
    target: 'command',
    summary: 'The server runs the command; the client gets half of the reply, then the connection closes.',
  },
  'black-hole-request': {
    mark: '● request lost, connection silent',
    outcome: 'ambiguous',
    target: 'command',
    summary:
      'The command is lost on its way and the connection stays open: the client hears nothing more on it.',
  },
  'black-hole-reply': {
    mark: '● reply lost, connection silent',
    outcome: 'ambiguous',
    target: 'command',
    summary: 'The server runs the command, the reply is lost and the connection stays open but silent.',
  },
  'refuse-reconnect': {
    mark: '✂ connect refused',
    outcome: 'definite',
    target: 'connect',
    summary: 'The next reconnects of this client are refused (ECONNREFUSED).',
  },
  'worker-crash': {
    mark: '☠ worker crashed',
    outcome: 'definite',
    target: 'worker',
    summary: 'The process of the worker dies before this command is sent; its connections close.',
  },
} as const satisfies Record<string, FaultDescription>;

interface FaultDescription {
  /** What stands in the lane table. */
  readonly mark: string;
  /** Can the client know whether the command ran? */
  readonly outcome: 'definite' | 'ambiguous';
  /** What the fault is aimed at. */
  readonly target: 'command' | 'connect' | 'worker';
  /** One line for people. */
  readonly summary: string;
}

export type FaultKind = keyof typeof FAULTS;

/** Every fault, in the order in which the explorer offers them. */
export const FAULT_KINDS = Object.keys(FAULTS) as FaultKind[];

/** Reconnects that one `refuse-reconnect` refuses. */
export const REFUSED_RECONNECTS = 3;
