/** The process of a storm: it is told what to do in its arguments, and prints what it came to. */
import { ServerError } from '../../../harness/server/index.js';
import { NO_SERVER, type StormOptions } from './options.js';
import { runStorm } from './storm.js';

const [options = '', isolated] = process.argv.slice(2);
// Without the first process nobody wants to know.
process.stdin.on('end', () => process.exit(1)).resume();
try {
  const storm = await runStorm(JSON.parse(options) as StormOptions, isolated === 'isolated');
  process.stdout.write(JSON.stringify(storm), () => process.exit(0));
} catch (error) {
  const code = error instanceof ServerError ? NO_SERVER : 1;
  process.stderr.write(`${(error as Error).message}\n`, () => process.exit(code));
}
