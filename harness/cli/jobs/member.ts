/**
 * One process of `--jobs`: started by the first one, with a Redis of its own, and told over IPC what to run. It ends
 * as soon as the first one is gone.
 */
import { isDeepStrictEqual } from 'node:util';
import { labs } from '../../../labs/index.js';
import { defined } from '../../base/defined.js';
import { Environment } from '../../execution/host/environment.js';
import type { SavedSearch } from '../../explore/exhaustive/saved.js';
import { exploreWith } from '../../explore/explore.js';
import { replay } from '../../explore/replay.js';
import { makeShare } from '../../explore/maps/make-share.js';
import { Hand } from '../../explore/search/hand.js';
import type { VariantName } from '../../record/build.js';
import type { Progress } from '../../record/verdict.js';
import type { Lab } from '../../scenario/lab.js';
import type { Scenario } from '../../scenario/types.js';
import { startServer } from '../../server/index.js';
import { ServerGoneError } from '../../wire/upstream/waiting.js';
import { describeError, UsageError } from '../context/errors.js';
import { sized } from '../selection/sized.js';
import { isUsable, serverOptions } from '../context/session.js';
import { variantOf } from '../selection/select.js';
import { importFile } from '../selection/import-file.js';
import { loadOwn, type OwnLab } from '../selection/own-lab.js';
import type { MemberRequest, MemberResponse, TaskKind, Tasks } from './protocol.js';
import type { VariantRef } from '../context/findings.js';

type Task = Exclude<MemberRequest, { readonly kind: 'stop' }>;

/** The other end of the channel is in the process that started this one; without it, somebody started this file by hand. */
const send = process.send?.bind(process);
if (send === undefined) throw new Error('this is a part of "race-lab --jobs": it is not started by hand');
// Without a callback the end of the other process would be an uncaught error here.
const reply = (response: MemberResponse): void => void send(response, undefined, undefined, () => {});

process.on('disconnect', () => process.exit());
// What workers print goes where that of the first process goes, which may be gone.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

let environment: Environment | undefined;
/** Runs executions of one variant. Kept, since the process that explores it asks for many. */
let hand: { readonly name: string; readonly own: Hand } | undefined;
let queue = Promise.resolve();

const stop = new AbortController();
process.on('message', (request: MemberRequest) => {
  if (request.kind === 'stop') stop.abort();
  else queue = queue.then(() => serve(request));
});

async function serve(request: Task): Promise<void> {
  try {
    reply({ id: request.id, answer: await perform(request) });
  } catch (error) {
    // What went wrong with a tape is reported by the process that explores, as if it had run the tape itself.
    const own = request.kind === 'crew' && error instanceof Error;
    const complaint = own ? error.message : describeError(error);
    reply({ id: request.id, complaint, lost: error instanceof ServerGoneError });
  }
}

async function perform(request: Task): Promise<Tasks[TaskKind]['answer']> {
  switch (request.kind) {
    case 'start':
      return start(request.ask);
    case 'explore':
      return exploreAll(request.ask);
    case 'map': {
      const { ref, share } = request.ask;
      return makeShare(await scenarioOf(ref), share, { environment: opened(), identity: identityOf(ref) });
    }
    case 'replay': {
      const { ref, record } = request.ask;
      const { same, firstDifference } = await replay(await scenarioOf(ref), record, { session: opened() });
      return { same: same === 1, ...defined({ difference: firstDifference }) };
    }
    case 'crew':
      return runFor(request.ask);
  }
}

async function start(flags: Tasks['start']['ask']): Promise<null> {
  const server = await startServer(serverOptions(flags, (note) => reply({ note })));
  environment = await Environment.open(server);
  return null;
}

async function exploreAll({
  ref,
  settings,
  resume,
}: Tasks['explore']['ask']): Promise<Tasks['explore']['answer']> {
  let unfinished: SavedSearch | undefined;
  const verdict = await exploreWith(await scenarioOf(ref), {
    ...settings,
    session: opened(),
    identity: identityOf(ref),
    onProgress: (progress: Progress) => reply({ progress }),
    signal: stop.signal,
    onUnfinished: (search) => (unfinished = search),
    ...defined({ resume }),
  });
  const usable = verdict.kind !== 'error' || (await isUsable(opened()));
  return { verdict, unfinished, usable };
}

async function runFor({ ref, seed, ask }: Tasks['crew']['ask']): Promise<Tasks['crew']['answer']> {
  const name = JSON.stringify([ref, seed]);
  if (hand?.name !== name) {
    await hand?.own.close();
    hand = { name, own: new Hand(opened(), await scenarioOf(ref), seed) };
  }
  return hand.own.run(ask.task, ask.ask);
}

function opened(): Environment {
  if (environment === undefined) throw new Error('asked to run something before there is a Redis');
  return environment;
}

async function scenarioOf({
  path,
  sha256,
  imports,
  lab,
  variant,
  workers,
  faults,
}: VariantRef): Promise<Scenario> {
  const one = variantOf(
    path === undefined ? labOf(lab) : await fileOf(path, sha256, imports),
    variant,
    'variant',
  );
  const [found] = sized([one], defined({ workers, faults }), () => {});
  return found!.scenario;
}

function labOf(id: string): Lab {
  return labs.find((one) => one.id === id)!;
}

/** Each file once: what it has in its module is its own. */
const files = new Map<string, Promise<OwnLab>>();

async function fileOf(
  path: string,
  sha256: string | undefined,
  imports: VariantRef['imports'],
): Promise<OwnLab> {
  const known = files.get(path) ?? loadOwn({ cwd: process.cwd(), importFile }, path);
  files.set(path, known);
  const file = await known;
  // Two processes with two versions would explore two scenarios as one.
  if (file.file.sha256 !== sha256 || !isDeepStrictEqual(file.file.imports, imports))
    throw new UsageError(`${file.id}, or what it imports, was changed while it was being run: run it again`);
  return file;
}

function identityOf({ lab, variant, sha256, imports }: VariantRef): VariantName {
  return {
    lab,
    variant,
    ...(sha256 === undefined ? {} : { file: { path: lab, sha256, ...defined({ imports }) } }),
  };
}
