import type { FaultDescription } from '../description.js';

/** The server treats one connection, or one command on it, in a way of its own. @internal */
export const SERVER_CONNECTION_FAULTS = {
  'server-reply-off': {
    mark: '● replies switched off',
    outcome: 'ambiguous',
    target: 'command',
    parameters: {},
    usual: false,
    summary:
      'From this command on the server runs what it gets on this connection and answers nothing (CLIENT REPLY OFF).',
  },
  'server-unblock': {
    mark: '▲ wait ended by the server',
    outcome: 'definite',
    target: 'connection',
    parameters: { by: 'error' },
    choices: { by: ['error', 'timeout'] },
    needs: 'a command that waits on the server',
    usual: false,
    summary:
      'A command that waits on the server is sent away: with UNBLOCKED, or as if its time were over (CLIENT UNBLOCK).',
  },
  'server-idle-close': {
    mark: '✂ idle connection closed by the server',
    outcome: 'definite',
    target: 'connection',
    parameters: {},
    needs: 'a connection with nothing under way',
    usual: false,
    summary:
      'The server closes a connection with nothing under way, as after `timeout` seconds or over the limit of an output buffer.',
  },
  'server-protocol-error': {
    mark: '✂ malformed request, connection closed',
    outcome: 'definite',
    target: 'command',
    parameters: { part: 'bulk' },
    choices: { part: ['bulk', 'multibulk'] },
    usual: false,
    summary:
      'The command arrives with a damaged length: the server answers Protocol error and closes the connection.',
  },
  'server-execabort': {
    mark: '▲ command not queued',
    outcome: 'definite',
    target: 'command',
    parameters: {},
    needs: 'a command inside of a transaction',
    usual: false,
    summary:
      'Inside of a transaction a command arrives that the server does not know: it is refused, and EXEC gets EXECABORT.',
  },
  'server-error': {
    mark: '▲ error of the server',
    outcome: 'definite',
    target: 'command',
    parameters: { text: 'CLUSTERDOWN The cluster is down' },
    usual: false,
    summary: 'The server answers the error `text` and does not run the command (DEBUG ERROR).',
  },
} as const satisfies Record<string, FaultDescription>;
