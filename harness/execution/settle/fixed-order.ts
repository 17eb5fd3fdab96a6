import type { CommandTag, Flow } from '../../base/flow.js';
import type { Client } from '../../wire/gate/client.js';
import type { Stage } from '../stage/stage.js';
import { commandLine } from '../steps/step.js';
import type { ExplicitStep } from '../steps/move.js';

/** Something that has arrived, and may be given another number. */
interface Arrival {
  seq: number;
}

/** A command among them: how often it was written tells whether its name is known already. */
interface Command extends Arrival {
  readonly tag: CommandTag;
}

/**
 * Files and other I/O past the lab come when they come: which of a worker's commands was the first to arrive says nothing. What
 * arrived since nothing could move the last time gets a fixed order: by connection, in the order in which the worker made
 * them, and on each as its client wrote it; then its own steps, by name; its timers by delay and place. Flows that did
 * nothing past the lab keep the order of arrival.
 *
 * @internal
 */
export function putInFixedOrder(stage: Stage): void {
  if (!stage.flows.some(({ worked }) => worked)) return;
  orderClients(stage);
  const place = new Map(stage.clients.map((client, at) => [client, at]));
  const placeOf = (client: object): number => place.get(client as Client) ?? place.size;
  stage.links.sort((a, b) => placeOf(a.client) - placeOf(b.client) || a.id - b.id);
  for (const flow of stage.flows) {
    if (!flow.worked) continue;
    const commands = commandsOf(stage, flow);
    const steps = stepsOf(stage, flow);
    renumber([...commands, ...steps], 'seq');
    renumber(steps, 'nth');
    nameAnew(commands.map(({ tag }) => tag));
  }
  stage.environment.time.putInOrder();
}

/** Clients that a worker has just made: by what they are about to say. */
function orderClients({ clients, quiet }: Stage): void {
  const fresh = clients.slice(quiet.clients).filter(({ kind, flow }) => kind === 'further' && flow.worked);
  if (fresh.length < 2) return;
  const places = fresh.map((client) => clients.indexOf(client));
  const names = new Map<Flow, string[]>();
  for (const { flow, name } of fresh) names.set(flow, [...(names.get(flow) ?? []), name]);
  const said = new Map(fresh.map((client) => [client, firstWords(client)]));
  fresh.sort((a, b) => a.flow.worker - b.flow.worker || compareTexts(said.get(a)!, said.get(b)!));
  for (const [at, client] of fresh.entries()) {
    clients[places[at]!] = client;
    client.name = names.get(client.flow)!.shift()!;
  }
}

function firstWords({ link }: Client): string {
  const held = link?.frames.queue[0];
  return held === undefined ? '' : commandLine(held.args);
}

/** New commands of a flow, in the fixed order. */
function commandsOf({ clients, links, quiet }: Stage, flow: Flow): Command[] {
  const frames = links.flatMap((link) => link.frames.queue);
  const calls = clients.flatMap(({ held }) => held);
  return [...frames, ...calls].filter(({ tag, seq }) => tag.flow === flow && seq > quiet.seq);
}

/** New steps of a worker's own, in the fixed order; what it does with one shared value stays in its order. */
function stepsOf({ workers, quiet }: Stage, flow: Flow): ExplicitStep[] {
  const steps = workers.find((worker) => worker.flow === flow)?.steps ?? [];
  const from = steps.findIndex(({ seq }) => seq > quiet.seq);
  if (from < 0) return [];
  const fresh = steps.splice(from).sort((a, b) => compareTexts(nameOf(a), nameOf(b)));
  steps.push(...fresh);
  return fresh;
}

function nameOf({ label, use }: ExplicitStep): string {
  return use?.shared ?? label;
}

/** The same numbers, ascending. */
function renumber<K extends string>(items: readonly Record<K, number>[], key: K): void {
  const numbers = items.map((item) => item[key]).sort((a, b) => a - b);
  for (const [at, item] of items.entries()) item[key] = numbers[at]!;
}

/** Commands that nobody has seen on the wire before are counted in this order. */
function nameAnew(tags: readonly CommandTag[]): void {
  const fresh = tags.filter(({ attempts, nth }) => attempts < 2 && nth > 0);
  renumber(fresh, 'nth');
  for (const name of new Set(fresh.map((tag) => tag.name)))
    renumber(
      fresh.filter((tag) => tag.name === name),
      'nthOfName',
    );
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
