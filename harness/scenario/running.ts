import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { currentFlow, type Flow } from '../base/flow.js';
import { ScenarioError } from '../base/scenario-error.js';

/** One use of a shared value by a worker: it happens when the lab chooses it, all at once. @internal */
export interface SharedUse {
  /** Name of the shared value. */
  readonly shared: string;
  readonly mode: 'read' | 'write';
  /** For people: `db.read`, `db.write 2`. */
  readonly label: string;
  /** Makes it happen, and lets its worker go on. */
  readonly happen: () => SharedOutcome;
}

/** What a use of a shared value came to, as text for people. @internal */
export interface SharedOutcome {
  /** What the worker got, where it is told anything. */
  readonly got: string | undefined;
  readonly before: string;
  readonly after: string;
}

/** How requests find the server of a service in the execution that runs. @internal */
export interface HttpRoutes {
  /** From now on this server answers what is asked of the service. */
  serve(service: string, server: Server, flow: Flow): void;
  /** A connection of a client of this flow. @throws where nobody listens any more */
  connect(service: string, flow: Flow): Duplex;
}

/** The execution that runs, for what people call without being handed it: `shared()`, `sometimes()`. @internal */
export interface Running {
  /** Shared values that were used, as they stand. */
  readonly values: Map<object, unknown>;
  /** Names of those that setup or an invariant has read. */
  readonly looked: Set<string>;
  /** Conditions of `sometimes()`, by name: was one of them true? */
  readonly states: Map<string, boolean>;
  /** What is said by HTTP. */
  readonly http: HttpRoutes;
  /** Makes the use of a shared value a step of its worker. */
  await(flow: Flow, use: SharedUse): void;
}

/** One for the process: executions wait for each other. */
let current: Running | undefined;

/** An execution begins. @returns a function that ends it @internal */
export function begin(running: Running): () => void {
  current = running;
  return () => {
    if (current === running) current = undefined;
  };
}

/**
 * The execution that runs, and who calls.
 *
 * @param what - for the error
 * @throws ScenarioError outside of workers, setup and invariants
 * @internal
 */
export function runningFor(what: string): { readonly running: Running; readonly flow: Flow } {
  const flow = currentFlow();
  if (flow !== undefined && current !== undefined) return { running: current, flow };
  throw new ScenarioError(`${what} outside of an execution: it is for workers, setup and invariants`);
}
