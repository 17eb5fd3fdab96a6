import { exploreOnSeveralServers } from '../../../test/support/crews-with-servers.js';

exploreOnSeveralServers({ sizes: [1, 2, 3], runs: 50 });
