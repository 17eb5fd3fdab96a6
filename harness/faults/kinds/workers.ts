import { RECONNECT, type FaultDescription } from '../description.js';

/** Nothing of a worker gets through, or something happens to its process. @internal */
export const WORKER_FAULTS = {
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
} as const satisfies Record<string, FaultDescription>;
