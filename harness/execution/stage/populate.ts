import { Prng } from '../../base/prng.js';
import { Flow } from '../../base/flow.js';
import { bodiesOf } from '../../scenario/recast.js';
import { Client, type ClientKind } from '../../wire/gate/client.js';
import { StageApp } from './app.js';
import type { Stage } from './stage.js';
import { Worker } from './worker.js';

/**
 * Creates flows, clients and workers; those in `skip` (1-based) do not take part. Nothing runs yet.
 *
 * @returns undefined when that is done already
 * @internal
 */
export function populate(stage: Stage, skip: readonly number[]): Promise<void> | undefined {
  const { app, sharedClient, transport, workers } = stage.scenario;
  const shared = sharedClient ? addFlow(stage, 0, 'shared') : undefined;
  if (app !== undefined)
    stage.app = new StageApp(app, shared ?? addFlow(stage, 0, 'app'), stage, stage.waysIn.foreign);
  const numbers = bodiesOf(stage.scenario)
    .map((_body, at) => at + 1)
    .filter((id) => !skip.includes(id));
  const flows = numbers.map((id) => addFlow(stage, id, `w${id}`));
  const addWorkers = (): void => {
    const client = shared && firstClient(stage, 'shared', 'shared', shared);
    for (const flow of flows) {
      const own = client ?? firstClient(stage, flow.name, 'own', flow);
      const background = flow.worker > workers.length;
      stage.workers.push(new Worker(flow, own, stage, background));
      if (background) stage.turns.background.add(flow.worker);
    }
  };
  if (transport === 'tcp') return openPorts(stage).then(addWorkers);
  addWorkers();
  return undefined;
}

/**
 * Starts every worker; each runs until it first waits.
 *
 * @param begun - is told of each that has done I/O past the lab before the next one starts
 * @internal
 */
export async function startWorkers(
  { clients, workers, scenario }: Stage,
  begun: (flow: Flow) => Promise<void>,
): Promise<void> {
  for (const client of clients) {
    // It did something when it was made; reused, it would not.
    if (client.link !== undefined && client.link.frames.queue.length > 0) client.touched = true;
  }
  const bodies = bodiesOf(scenario);
  for (const worker of workers) {
    worker.start(bodies[worker.flow.worker - 1]!);
    if (worker.flow.worked) await begun(worker.flow);
  }
}

async function openPorts({ flows, waysIn }: Stage): Promise<void> {
  await Promise.all(flows.map((flow) => waysIn.portOf(flow, {}).listening));
}

function addFlow(stage: Stage, worker: number, name: string): Flow {
  const uncaught: Flow['uncaught'] = (error, origin) => {
    // The last words of what a crashed worker had started are nobody's.
    if (flow.alive) stage.reportUncaught(worker, error, origin);
  };
  const { seed, environment } = stage;
  const flow = new Flow(worker, name, new Prng(seed, worker), environment.time, 'virtual', uncaught);
  stage.flows.push(flow);
  stage.waysIn.foreign.serve(flow);
  return flow;
}

/** The client of a worker, or the shared one: that of the last execution, if it is as new. */
function firstClient(stage: Stage, name: string, kind: ClientKind, flow: Flow): Client {
  const { environment, scenario, clients, links, waysIn } = stage;
  const kept = stage.reusesClients ? environment.takeClient(scenario, name) : undefined;
  if (kept === undefined) {
    const client = new Client(name, kind, flow, stage);
    clients.push(client);
    // Where its first connect or its handshake may be struck, it is there only for a worker that wants it.
    if (!stage.mayStrikeConnecting(flow)) waysIn.construct(client, undefined);
    return client;
  }
  const link = kept.link!;
  kept.taken = false;
  kept.flow = flow;
  kept.network = stage;
  clients.push(kept);
  links.push(link);
  return kept;
}
