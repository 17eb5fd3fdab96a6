import { RECONNECT, type FaultDescription } from './fault-description.js';
import { SERVER_FAULTS } from './server-fault.js';

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
  'close-before-send': {
    mark: '✂ closed, command not sent',
    outcome: 'definite',
    target: 'command',
    parameters: {},
    usual: false,
    summary:
      'As a reset before sending, but in an orderly way (FIN): the client sees no error, only the end.',
  },
  'close-after-apply': {
    mark: '✂ reply lost, connection closed',
    outcome: 'ambiguous',
    target: 'command',
    parameters: {},
    usual: false,
    summary: 'The server runs the command, then the connection is closed (FIN) before the reply arrives.',
  },
  'truncated-reply': {
    mark: '✂ part of the reply, connection lost',
    outcome: 'ambiguous',
    target: 'command',
    parameters: { bytes: 1, by: 'close' },
    choices: { by: ['close', 'reset'] },
    usual: false,
    summary:
      'The server runs the command; the client gets the first `bytes` bytes of the reply, then the connection ends.',
  },
  'pipeline-cut': {
    mark: '✂ reply lost, pipeline cut',
    outcome: 'ambiguous',
    target: 'command',
    parameters: { replies: 0 },
    least: { replies: 0 },
    needs: 'several commands on their way on one connection',
    usual: false,
    summary:
      'All that is on its way on the connection runs on the server; after `replies` more replies it is reset.',
  },
  'zombie-request': {
    mark: '✂ reset, command still on its way',
    outcome: 'ambiguous',
    target: 'command',
    parameters: {},
    usual: true,
    summary:
      'The connection is reset for the client, but what it wrote lands on the server later, as a step of its own.',
  },
  'connection-drop': {
    mark: '✂ connection lost',
    outcome: 'ambiguous',
    target: 'connection',
    parameters: { by: 'reset' },
    choices: { by: ['reset', 'close', 'timeout'] },
    needs: 'a connection that is idle, silent or waits while a worker can still notice',
    usual: false,
    summary:
      'An idle or silent connection ends: by a reset, a FIN, or a timeout of the kernel. An aim names the last command.',
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
  'error-reply': {
    mark: '≠ error instead of the command',
    outcome: 'definite',
    target: 'command',
    parameters: { text: 'LOADING Redis is loading the dataset in memory', times: 1 },
    usual: false,
    summary:
      'The command is answered with the error `text` and never reaches the server; so are the next ones, `times` in all.',
  },
  'garbage-reply': {
    mark: '≠ garbage instead of the reply',
    outcome: 'ambiguous',
    target: 'command',
    parameters: { text: 'HTTP/1.1 400 Bad Request' },
    usual: false,
    summary: 'The server runs the command; instead of the reply comes `text`, a line that is no RESP.',
  },
  'corrupt-integer': {
    mark: '≠ integer of the reply corrupted',
    outcome: 'definite',
    target: 'command',
    parameters: { digits: 'x' },
    usual: false,
    summary:
      'The server runs the command; the first integer of the reply comes as `digits`. Other replies pass as they are.',
  },
  'duplicated-reply': {
    mark: '≠ reply twice',
    outcome: 'definite',
    target: 'command',
    parameters: {},
    usual: false,
    summary: 'The reply comes twice: what the client sends next may get an answer that is not its own.',
  },
  'sliced-reply': {
    mark: '≈ reply in pieces',
    outcome: 'definite',
    target: 'command',
    parameters: { size: 1 },
    usual: false,
    summary: 'The reply comes in pieces of `size` bytes.',
  },
  'coalesced-replies': {
    mark: '≈ replies in one piece',
    outcome: 'definite',
    target: 'command',
    parameters: {},
    needs: 'several commands on their way on one connection',
    usual: false,
    summary:
      'All that is on its way on the connection runs on the server, and the replies come in one piece.',
  },
  'refuse-connect': {
    mark: '✂ connect refused',
    outcome: 'definite',
    target: 'connect',
    parameters: { count: 3 },
    needs: RECONNECT,
    usual: true,
    summary:
      'This reconnect and the next ones of the client, `count` in all, are refused (ECONNREFUSED). ' +
      'With `at: { reconnect: 0 }`: the first connect.',
  },
  outage: {
    mark: '✂ nothing gets through any more',
    outcome: 'definite',
    target: 'command',
    parameters: { connects: 1000 },
    usual: false,
    summary:
      'From this command on every operation of the worker fails: its connections are reset, its next `connects` ' +
      'connects refused.',
  },
  'worker-crash': {
    mark: '☠ worker crashed',
    outcome: 'definite',
    target: 'worker',
    parameters: {},
    needs: 'a worker with connections of its own',
    usual: true,
    summary: 'The process of the worker dies before this command is sent; its connections close.',
  },
  'worker-pause': {
    mark: '‖ worker stands still',
    outcome: 'definite',
    target: 'worker',
    parameters: { durationMs: 1000 },
    needs: 'a worker of this process with connections of its own',
    usual: false,
    summary:
      'The process of the worker stands still for `durationMs` before this step, as in a garbage collection or on a ' +
      'suspended machine: its code, its timers and what arrives wait, while the other workers and every lease go on.',
  },
  'clock-skew': {
    mark: '◷ clock is off',
    outcome: 'definite',
    target: 'worker',
    parameters: { skewMs: 60_000 },
    least: { skewMs: -86_400_000 },
    usual: false,
    summary:
      "From here on the clocks of the worker (`Date`, `performance.now`) are `skewMs` ahead, or behind, of everybody else's; " +
      'its timers and the server are not.',
  },
  ...SERVER_FAULTS,
} as const satisfies Record<string, FaultDescription>;

export type { FaultDescription };

export type FaultKind = keyof typeof FAULTS;

/** Every fault, in the order in which the explorer offers them. */
export const FAULT_KINDS = Object.keys(FAULTS) as FaultKind[];

/** The faults of a plan that names none. */
export const USUAL_FAULTS = FAULT_KINDS.filter((kind) => FAULTS[kind].usual);
