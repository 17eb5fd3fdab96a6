import { RECONNECT, type FaultDescription } from '../description.js';

/** The server takes no connections, closes them, or does not answer for a while. @internal */
export const SERVER_SERVICE_FAULTS = {
  'server-maxclients': {
    mark: '▲ connection closed, no slot left',
    outcome: 'ambiguous',
    target: 'command',
    parameters: { lasts: 0 },
    least: { lasts: 0 },
    usual: false,
    summary:
      'The server closes this connection, and turns new ones away: max number of clients reached (CLIENT KILL, maxclients).',
  },
  'server-client-kill': {
    mark: '✂ connection closed by the server',
    outcome: 'ambiguous',
    target: 'command',
    parameters: {},
    usual: false,
    summary: 'The server closes the connection (CLIENT KILL) before it has read the command.',
  },
  'server-restart': {
    mark: '☠ server died',
    outcome: 'ambiguous',
    target: 'server',
    parameters: { data: 'lost', lasts: 0 },
    least: { lasts: 0 },
    choices: { data: ['lost', 'kept'] },
    usual: false,
    summary:
      'The server dies as under `kill -9`: connections break, connects are refused until it is started again, its `data` lost or kept.',
  },
  'server-stall': {
    mark: '▲ server stands still',
    outcome: 'ambiguous',
    target: 'server',
    parameters: { lasts: 0 },
    least: { lasts: 0 },
    usual: false,
    summary:
      'The server stands still (SIGSTOP): it takes commands and connections, and answers when it goes on.',
  },
  'server-accept-queue': {
    mark: '▲ connect hangs, accept queue full',
    outcome: 'definite',
    target: 'connect',
    parameters: { lasts: 0 },
    least: { lasts: 0 },
    needs: RECONNECT,
    usual: false,
    summary:
      'The server stands still (SIGSTOP) and its accept queue is full: this connect and later ones hang until it goes on.',
  },
  'server-pause': {
    mark: '▲ writes wait on the server',
    outcome: 'ambiguous',
    target: 'server',
    parameters: { durationMs: 1000 },
    usual: false,
    summary: 'For `durationMs` writes wait on the server while reads pass (CLIENT PAUSE WRITE).',
  },
} as const satisfies Record<string, FaultDescription>;
