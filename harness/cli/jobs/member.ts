/**
 * One process of `--jobs`: started by the first one, with a Redis of its own, and told over IPC what to run. It ends
 * as soon as the first one is gone.
 */
import { labs } from '../../../labs/index.js';
import { Environment } from '../../execution/environment.js';
import type { SavedSearch } from '../../explore/exhaustive/saved.js';
import { explore } from '../../explore/explore.js';
import { mapShare } from '../../explore/fault-map-share.js';
import { Hand } from '../../explore/hand.js';
import type { Progress } from '../../explore/verdict.js';
import type { Scenario } from '../../scenario.js';
import { startServer } from '../../server/index.js';
import type { ServerRequest } from '../../server/types.js';
import { describeError } from '../errors.js';
import { recast } from '../recast.js';
import { isUsable } from '../server.js';
import { select } from '../select.js';
import type { CastName, Request, Response, TaskKind, Tasks } from './protocol.js';

type Task = Exclude<Request, { readonly kind: 'stop' }>;

/** Whoever asks has the channel; without one this file was started by hand. */
const send = process.send?.bind(process);
if (send === undefined) throw new Error('this is a part of "race-lab --jobs": it is not started by hand');
const reply = (response: Response): void => void send(response);

process.on('disconnect', () => process.exit());

let environment: Environment | undefined;
/** Whoever explores a variant asks for many of its executions. */
let hand: { readonly name: string; readonly own: Hand } | undefined;
let queue = Promise.resolve();

const stop = new AbortController();
process.on('message', (request: Request) => {
  if (request.kind === 'stop') stop.abort();
  else queue = queue.then(() => serve(request));
});

async function serve(request: Task): Promise<void> {
  try {
    reply({ id: request.id, answer: await perform(request) });
  } catch (error) {
    // Trouble with a tape is told by whoever explores, as if it had been its own.
    const own = request.kind === 'crew' && error instanceof Error;
    reply({ id: request.id, complaint: own ? error.message : describeError(error) });
  }
}

function perform(request: Task): Promise<Tasks[TaskKind]['answer']> {
  switch (request.kind) {
    case 'start':
      return start(request.ask);
    case 'explore':
      return exploreAll(request.ask);
    case 'map': {
      const { cast, share } = request.ask;
      const identity = { lab: cast.lab, variant: cast.variant };
      return mapShare(scenarioOf(cast), share, { environment: opened(), identity });
    }
    case 'crew':
      return runFor(request.ask);
  }
}

async function start({ redis, image, allowHost }: Tasks['start']['ask']): Promise<null> {
  const server = await startServer({
    ...(redis === undefined ? {} : { redis: redis as ServerRequest }),
    ...(image === undefined ? {} : { image }),
    ...(allowHost === undefined ? {} : { allowHosts: allowHost }),
    notify: (note) => reply({ note }),
  });
  environment = await Environment.open(server);
  return null;
}

async function exploreAll({
  cast,
  bounds,
  resume,
}: Tasks['explore']['ask']): Promise<Tasks['explore']['answer']> {
  let unfinished: SavedSearch | undefined;
  const verdict = await explore(scenarioOf(cast), {
    ...bounds,
    environment: opened(),
    identity: { lab: cast.lab, variant: cast.variant },
    onProgress: (progress: Progress) => reply({ progress }),
    signal: stop.signal,
    onUnfinished: (search) => (unfinished = search),
    ...(resume === undefined ? {} : { resume }),
  });
  const usable = verdict.kind !== 'error' || (await isUsable(opened()));
  return { verdict, unfinished, usable };
}

async function runFor({ cast, seed, ask }: Tasks['crew']['ask']): Promise<Tasks['crew']['answer']> {
  const name = JSON.stringify([cast, seed]);
  if (hand?.name !== name) {
    await hand?.own.close();
    hand = { name, own: new Hand(opened(), scenarioOf(cast), seed) };
  }
  return hand.own.run(ask.task, ask.ask);
}

function opened(): Environment {
  if (environment === undefined) throw new Error('asked to run something before there is a Redis');
  return environment;
}

function scenarioOf({ lab, variant, workers, faults }: CastName): Scenario {
  const bounds = {
    ...(workers === undefined ? {} : { workers }),
    ...(faults === undefined ? {} : { faults }),
  };
  const [cast] = recast(select(labs, [`${lab}/${variant}`]), bounds, () => {});
  return cast!.scenario;
}
