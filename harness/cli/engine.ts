import { Environment } from '../execution/environment.js';
import { explore } from '../explore/explore.js';
import { mapShare } from '../explore/fault-map-share.js';
import { faultMap } from '../explore/fault-map.js';
import { replay } from '../explore/replay.js';
import { cleanUp } from '../server/clean.js';
import { findEngine } from '../server/engine.js';
import { startServer } from '../server/index.js';
import type { Engine } from './context.js';

/** The real thing. */
export const engine: Engine = {
  startServer,
  openEnvironment: (server) => Environment.open(server),
  explore,
  replay: (scenario, record, options) => replay(scenario, record, options),
  faultMap,
  mapShare,
  describeDocker: () =>
    findEngine().then(
      ({ address }) => `a container engine answers at ${address}`,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    ),
  cleanUp: () => cleanUp(),
};
