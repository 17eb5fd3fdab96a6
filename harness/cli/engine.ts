import { Environment } from '../execution/environment.js';
import { explore } from '../explore/explore.js';
import { replay } from '../explore/replay.js';
import { startServer } from '../server/index.js';
import type { Engine } from './context.js';

/** The real thing. */
export const engine: Engine = {
  startServer,
  openEnvironment: (server) => Environment.open(server),
  explore,
  replay: (scenario, record, options) => replay(scenario, record, options),
};
