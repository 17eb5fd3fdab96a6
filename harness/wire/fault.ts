/**
 * What can go wrong, as the explorer may choose it: the one catalogue that plans, records and people refer to. How
 * each is done is in `execution/faults/`.
 */
export const FAULTS = {
  'reset-before-send': {
    mark: '✂ reset, command not sent',
    outcome: 'definite',
    target: 'command',
    parameters: {},
    usual: true,
    summary: 'The connection is reset before the command leaves the client; the server never sees it.',
  },
  'reset-after-apply': {
    mark: '✂ reply lost, connection reset',
    outcome: 'ambiguous',
    target: 'command',
    parameters: {},
    usual: true,
    summary: 'The server runs the command, then the connection is reset before the reply arrives.',
  },
  'truncated-reply': {
    mark: '✂ half a reply, connection closed',
    outcome: 'ambiguous',
    target: 'command',
    parameters: {},
    usual: true,
    summary: 'The server runs the command; the client gets half of the reply, then the connection closes.',
  },
  'black-hole-request': {
    mark: '● request lost, connection silent',
    outcome: 'ambiguous',
    target: 'command',
    parameters: {},
    usual: true,
    summary:
      'The command is lost on its way and the connection stays open: the client hears nothing more on it.',
  },
  'black-hole-reply': {
    mark: '● reply lost, connection silent',
    outcome: 'ambiguous',
    target: 'command',
    parameters: {},
    usual: true,
    summary: 'The server runs the command, the reply is lost and the connection stays open but silent.',
  },
  'refuse-reconnect': {
    mark: '✂ connect refused',
    outcome: 'definite',
    target: 'connect',
    parameters: { count: 3 },
    usual: true,
    summary: 'The next `count` reconnects of this client are refused (ECONNREFUSED).',
  },
  'worker-crash': {
    mark: '☠ worker crashed',
    outcome: 'definite',
    target: 'worker',
    parameters: {},
    usual: true,
    summary: 'The process of the worker dies before this command is sent; its connections close.',
  },
} as const satisfies Record<string, FaultDescription>;

interface FaultDescription {
  /** What stands in the lane table. */
  readonly mark: string;
  /** Can the client know whether the command ran? */
  readonly outcome: 'definite' | 'ambiguous';
  /** What the fault is aimed at. */
  readonly target: 'command' | 'connect' | 'worker' | 'server';
  /** Parameters and their defaults. */
  readonly parameters: Readonly<Record<string, number | string>>;
  /** Part of a plan that names no kinds: few, so that the search stays small. */
  readonly usual: boolean;
  /** One line for people. */
  readonly summary: string;
}

export type FaultKind = keyof typeof FAULTS;

/** Every fault, in the order in which the explorer offers them. */
export const FAULT_KINDS = Object.keys(FAULTS) as FaultKind[];

/** The faults of a plan that names none. */
export const USUAL_FAULTS = FAULT_KINDS.filter((kind) => FAULTS[kind].usual);
