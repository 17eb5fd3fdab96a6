import { RECONNECT, type FaultDescription } from './fault-description.js';

/**
 * What can go wrong with the server itself. Each is done to the real server, so what clients see is what it really
 * says. Most last until a recovery, which is a step of its own, chosen like any other; `lasts` is the number of steps
 * that it takes at least.
 */
export const SERVER_FAULTS = {
  'server-readonly': {
    mark: '▲ server read-only',
    outcome: 'definite',
    target: 'server',
    parameters: { lasts: 0 },
    least: { lasts: 0 },
    usual: false,
    summary: 'The server becomes a replica: writes get READONLY, reads go on (REPLICAOF).',
  },
  'server-masterdown': {
    mark: '▲ replica without its master',
    outcome: 'definite',
    target: 'server',
    parameters: { lasts: 0 },
    least: { lasts: 0 },
    usual: false,
    summary: 'The server is a replica that lost its master and serves nothing: MASTERDOWN.',
  },
  'server-oom': {
    mark: '▲ server out of memory',
    outcome: 'definite',
    target: 'server',
    parameters: { lasts: 0 },
    least: { lasts: 0 },
    usual: false,
    summary: 'The memory limit is reached: commands that may need memory get OOM, others go on (maxmemory).',
  },
  'server-misconf': {
    mark: '▲ server cannot save',
    outcome: 'definite',
    target: 'server',
    parameters: { lasts: 0 },
    least: { lasts: 0 },
    usual: false,
    summary: 'The last snapshot failed: writes get MISCONF (a BGSAVE into a folder that takes no files).',
  },
  'server-noreplicas': {
    mark: '▲ server has too few replicas',
    outcome: 'definite',
    target: 'server',
    parameters: { lasts: 0 },
    least: { lasts: 0 },
    usual: false,
    summary: 'Not enough replicas are connected: writes get NOREPLICAS (min-replicas-to-write).',
  },
  'server-noperm': {
    mark: '▲ permission withdrawn',
    outcome: 'definite',
    target: 'server',
    parameters: { rule: '-@write', lasts: 0 },
    least: { lasts: 0 },
    usual: false,
    summary: 'The rights of the user are cut down by the ACL `rule`: what it forbids gets NOPERM.',
  },
  'server-noauth': {
    mark: '▲ password changed',
    outcome: 'definite',
    target: 'command',
    parameters: { lasts: 0 },
    least: { lasts: 0 },
    usual: false,
    summary:
      'The password was changed and this connection closed: whoever connects anew gets NOAUTH (requirepass, CLIENT KILL).',
  },
  'server-noscript': {
    mark: '▲ scripts forgotten',
    outcome: 'definite',
    target: 'server',
    parameters: {},
    needs: 'an EVALSHA',
    usual: false,
    summary: 'The server forgets its scripts: EVALSHA gets NOSCRIPT (SCRIPT FLUSH).',
  },
  'server-loading': {
    mark: '▲ server loads its data',
    outcome: 'definite',
    target: 'server',
    parameters: { connections: 'cut', lasts: 0 },
    least: { lasts: 0 },
    choices: { connections: ['cut', 'kept'] },
    usual: false,
    summary:
      'The server loads its data set and answers LOADING; connections are cut, as after a restart, or kept, as in a replica.',
  },
  'server-busy': {
    mark: '▲ server busy with a script',
    outcome: 'definite',
    target: 'server',
    parameters: { lasts: 0 },
    least: { lasts: 0 },
    usual: false,
    summary: 'A script of somebody else runs without an end: every command gets BUSY until it is killed.',
  },
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

export type ServerFaultKind = keyof typeof SERVER_FAULTS;

/** Every fault of the server. */
export const SERVER_FAULT_KINDS = Object.keys(SERVER_FAULTS) as ServerFaultKind[];

/**
 * How deep each of them reaches: into connections of the lab only, into settings of the whole server, which are put back,
 * into the folder where it keeps its files, or into the life of its process.
 */
export const SERVER_FAULT_REACH: Readonly<
  Record<ServerFaultKind, 'connections' | 'settings' | 'files' | 'process'>
> = {
  'server-readonly': 'settings',
  'server-masterdown': 'settings',
  'server-oom': 'settings',
  'server-misconf': 'files',
  'server-noreplicas': 'settings',
  'server-noperm': 'settings',
  'server-noauth': 'settings',
  'server-noscript': 'connections',
  'server-loading': 'files',
  'server-busy': 'settings',
  'server-maxclients': 'settings',
  'server-client-kill': 'connections',
  'server-restart': 'process',
  'server-stall': 'process',
  'server-accept-queue': 'process',
  'server-pause': 'settings',
  'server-reply-off': 'connections',
  'server-unblock': 'connections',
  'server-idle-close': 'connections',
  'server-protocol-error': 'connections',
  'server-execabort': 'connections',
  'server-error': 'connections',
};

/** Is this a fault of the server itself? */
export function isServerFault(kind: string): kind is ServerFaultKind {
  return Object.hasOwn(SERVER_FAULTS, kind);
}
