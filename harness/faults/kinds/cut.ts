import type { FaultDescription } from '../description.js';

/** Connections break: by a reset, in an orderly way (FIN), or while something is still on its way. @internal */
export const CUT_FAULTS = {
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
} as const satisfies Record<string, FaultDescription>;
