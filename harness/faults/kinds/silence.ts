import type { FaultDescription } from '../description.js';

/** Something is lost or late, and the connection stays open. @internal */
export const SILENCE_FAULTS = {
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
  'half-open': {
    mark: '● server side gone, connection silent',
    outcome: 'ambiguous',
    target: 'command',
    parameters: {},
    usual: false,
    summary:
      'The server has dropped the connection and all it knew of it; the client keeps its socket and hears nothing.',
  },
  'late-reply': {
    mark: '◷ reply late',
    outcome: 'ambiguous',
    target: 'command',
    parameters: {},
    usual: false,
    summary:
      'The server runs the command; the reply arrives as a step of its own, so that a timeout may fire before it.',
  },
} as const satisfies Record<string, FaultDescription>;
