import { AsyncResource, createHook } from 'node:async_hooks';
import type { Socket } from 'node:net';
import { counted } from '../base/counted.js';
import { currentFlow, type Flow, type RealWork } from '../base/flow.js';
import { ownFrames } from '../base/caller-source.js';
import { forgetPastTheLab, noteWrite } from './other-redis.js';
import { watchFetches } from './watches/fetches.js';
import { watchRunnerAsks } from './watches/runner-asks.js';
import { watchWrites } from './watches/socket-writes.js';

/** What the objects behind async resources have in common, where they have it. */
interface Resource {
  hasRef?: () => boolean;
  /** Timers. */
  _destroyed?: boolean;
  /** Compression streams: the chunk that is being worked on. */
  buffer?: unknown;
  /** Jobs of `node:crypto`: who is told when the thread pool is done. */
  ondone?: unknown;
}

/** A port to another thread. */
interface OpenablePort {
  ref(): void;
  unref(): void;
  hasRef(): boolean;
}

/** What `randomBytes`, `scrypt` and their like make; without a callback they work at once, and never call back. */
const CRYPTO_JOBS = new Set(
  (
    'RANDOMBYTESREQUEST RANDOMPRIMEREQUEST CHECKPRIMEREQUEST PBKDF2REQUEST SCRYPTREQUEST DERIVEBITSREQUEST HASHREQUEST ' +
    'KEYGENREQUEST KEYPAIRGENREQUEST KEYEXPORTREQUEST SIGNREQUEST VERIFYREQUEST CIPHERREQUEST'
  ).split(' '),
);

/** JavaScript that runs by itself within one turn of the event loop: nothing to wait for. */
const WITHIN_A_TURN = new Set(['PROMISE', 'TickObject', 'Microtask']);

/** Things that are opened and closed; while one is open and referenced, something may come from it. */
const OPEN_AND_CLOSE = new Set(
  (
    'TCPWRAP TCPSERVERWRAP PIPEWRAP PIPESERVERWRAP TTYWRAP UDPWRAP TLSWRAP PROCESSWRAP SIGNALWRAP FSEVENTWRAP ' +
    'STATWATCHER MESSAGEPORT WORKER HTTPCLIENTREQUEST HTTPINCOMINGMESSAGE HTTP2SESSION HTTP2STREAM FILEHANDLE ' +
    'DIRHANDLE DNSCHANNEL JSSTREAM'
  ).split(' '),
);

const STACK_DEPTH = 40;

/** Flows by the async id of their requests: those that end with a callback. */
const requests = new Map<number, Flow>();
let flowsWithWork = 0;
let watching = false;

/**
 * Knows what the code of a flow waits for past the lab: files, sockets, the thread pool, timers that were taken
 * before the lab replaced them. Node announces each such piece of work (`async_hooks`) in the flow that starts it,
 * so the lab can wait for exactly that, and name it when it does not end. Connections that are kept open were started
 * by somebody else: there it counts who writes to them, and who asks with `fetch`. What others do in this process (the test
 * runner, a container client, another connection) is never mistaken for a worker's.
 */
const starts = createHook({
  init(asyncId, type, _triggerAsyncId, resource) {
    if (WITHIN_A_TURN.has(type)) return;
    const flow = workingFlow();
    // Resources made by JavaScript code only carry a context; nothing stands behind them.
    if (flow === undefined || resource instanceof AsyncResource) return;
    note(flow, asyncId, realWork(type, resource, asyncId, flow));
  },
});

/** The flow of the code that runs, where somebody is to wait for what it starts. */
function workingFlow(): Flow | undefined {
  const flow = currentFlow();
  return flow === undefined || flow.waits === 'real' || !flow.alive ? undefined : flow;
}

function note(flow: Flow, id: number, work: Omit<RealWork, 'started'>): void {
  if (flow.realWork.size === 0) flowsWithWork += 1;
  flow.worked = true;
  flow.realWork.set(id, { ...work, started: started() });
}

/** The part of a socket's handle that is of interest here. */
interface Handle {
  hasRef?: () => boolean;
  getAsyncId(): number;
}

/** A socket that somebody else opened and that code of a flow writes to: it waits for what comes back. */
function writes(socket: Socket, first: string | Buffer): void {
  noteWrite(socket, first);
  const flow = workingFlow();
  const handle = (socket as { _handle?: Handle | null })._handle;
  if (flow === undefined || handle === undefined || handle === null) return;
  const asyncId = handle.getAsyncId();
  // An agent of `node:http` gives a socket a new id for each request, and what is announced then knows nothing of it.
  if (flow.realWork.get(asyncId)?.pending() === true) return;
  const pending = (): boolean => !socket.destroyed && handle.hasRef?.() !== false;
  note(flow, asyncId, { type: 'TCPWRAP', ends: false, pending });
}

let asks = 0;

/** Code of a flow asks for something that has no resource of its own, and waits for it. @param type - what a message calls it */
function asking(type: string): (() => void) | undefined {
  const flow = workingFlow();
  if (flow === undefined) return undefined;
  let open = true;
  // It has no async id: those are positive.
  note(flow, (asks -= 1), { type, ends: true, pending: () => open });
  return () => (open = false);
}

/** Only enabled while a request is under way: it is called for every promise that goes on. */
const ends = createHook({
  before(asyncId) {
    const flow = requests.get(asyncId);
    if (flow !== undefined) ended(asyncId, flow);
  },
});

function ended(asyncId: number, flow: Flow): void {
  forget(asyncId);
  if (flow.realWork.delete(asyncId) && flow.realWork.size === 0) flowsWithWork -= 1;
}

function realWork(type: string, resource: Resource, asyncId: number, flow: Flow): Omit<RealWork, 'started'> {
  if (type === 'Timeout') {
    return {
      type,
      ends: false,
      pending: () => resource._destroyed !== true && resource.hasRef?.() !== false,
    };
  }
  // The thread of Node's loaders is asked something, for an `import()`.
  if (type === 'MESSAGEPORT' && ofLoaders())
    return { type: 'import', ends: true, pending: () => isOpen(resource as OpenablePort) };
  // In use again and again; it says itself when it works.
  if (type === 'ZLIB')
    return { type, ends: true, pending: () => resource.buffer !== null && resource.buffer !== undefined };
  if (OPEN_AND_CLOSE.has(type)) return { type, ends: false, pending: () => resource.hasRef?.() === true };
  if (requests.size === 0) ends.enable();
  requests.set(asyncId, flow);
  if (CRYPTO_JOBS.has(type)) {
    return {
      type,
      ends: true,
      pending: () => requests.has(asyncId) && typeof resource.ondone === 'function',
    };
  }
  return { type, ends: true, pending: () => requests.has(asyncId) };
}

/** Only a port that is open can be referenced. */
function isOpen(port: OpenablePort): boolean {
  port.ref();
  const open = port.hasRef();
  port.unref();
  return open;
}

/** Does Node's loader of modules run just now? Its port is never referenced, but closed once the answer is there. */
function ofLoaders(): boolean {
  return started().stack?.includes('node:internal/modules/esm/') === true;
}

function forget(asyncId: number): void {
  if (requests.delete(asyncId) && requests.size === 0) ends.disable();
}

/** The stack of this moment, not yet as text. */
function started(): Error {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = STACK_DEPTH;
  const trace = new Error('started');
  Error.stackTraceLimit = limit;
  return trace;
}

/** Starts watching; nested calls count. @returns a function that takes this call back @internal */
export const watchRealWork = counted(watch);

function watch(): () => void {
  watching = true;
  starts.enable();
  const undo = [
    watchWrites(writes),
    watchFetches(() => asking('fetch')),
    watchRunnerAsks(() => asking('import')),
  ];
  return () => {
    watching = false;
    starts.disable();
    for (const step of undo) step();
  };
}

/** Turns watching off for a moment. @returns a function that turns it on again @internal */
export function watchPaused(): () => void {
  starts.disable();
  ends.disable();
  return () => {
    if (watching) starts.enable();
    if (requests.size > 0) ends.enable();
  };
}

/** False when no flow did anything past the lab: the usual case, and a cheap question. @internal */
export function anyRealWork(): boolean {
  return flowsWithWork > 0;
}

/**
 * Kinds of work that a flow does past the lab right now.
 *
 * @param idle - count open sockets and timers too, since the flow waits for nothing that the lab knows of
 * @internal
 */
export function realWorkOf(flow: Flow, idle: boolean): string[] {
  const types: string[] = [];
  for (const [asyncId, work] of flow.realWork) {
    if (!work.ends && !idle) continue;
    if (work.pending()) types.push(work.type);
    else if (work.ends) ended(asyncId, flow);
  }
  return types;
}

/**
 * Where in the worker's code that which it does past the lab was started, innermost place first; of the last start.
 *
 * @internal
 */
export function startOfRealWork(flow: Flow): string[] {
  const places = [...flow.realWork.values()].map(({ started: trace }) => ownFrames(trace.stack ?? ''));
  return places.findLast((frames) => frames.length > 0) ?? [];
}

/** The flow is over: what it still does is not waited for. @internal */
export function forgetRealWork(flow: Flow): void {
  forgetPastTheLab(flow);
  if (flow.realWork.size === 0) return;
  for (const asyncId of flow.realWork.keys()) forget(asyncId);
  flow.realWork.clear();
  flowsWithWork -= 1;
}
