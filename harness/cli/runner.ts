import { Environment } from '../execution/host/environment.js';
import { exploreWith } from '../explore/explore.js';
import { makeShare } from '../explore/maps/make-share.js';
import { makeFaultMap } from '../explore/maps/fault-map.js';
import { replayGuided } from '../explore/guided/guided.js';
import { replayWith } from '../explore/replay.js';
import { playedRecord } from '../play/played-record.js';
import { cleanUp } from '../server/clean.js';
import { startServer } from '../server/index.js';
import { prefetch } from '../server/survey/prefetch.js';
import { survey } from '../server/survey/survey.js';
import { confirmElsewhere } from './jobs/confirm.js';
import type { Runner } from './context/context.js';

/** The runner that works with a real Redis. @internal */
export const runner: Runner = {
  startServer,
  openEnvironment: (server, limits) => Environment.open(server, limits),
  explore: exploreWith,
  replay: replayWith,
  inspect: async (at, say) => (await import('./inspect/inspect.js')).inspect(at, say),
  replayGuided,
  playedRecord,
  faultMap: makeFaultMap,
  confirm: confirmElsewhere,
  mapShare: makeShare,
  survey,
  prefetch,
  cleanUp: () => cleanUp(),
};
