import { exploreOnSeveralServers } from '../../../test/support/crews-with-servers.js';

exploreOnSeveralServers({ sizes: [2], runs: 20 });
