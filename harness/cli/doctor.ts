import type { CliContext } from './context.js';
import { describeError, EXIT, Interrupted } from './errors.js';
import { Progress } from './progress.js';
import { withServer, type ServerFlags } from './server.js';
import { wrap } from '../record/text.js';

/** Says what this machine gives the lab: which Redis, which clock, and why. @returns the exit code */
export async function doctor(context: CliContext, flags: ServerFlags): Promise<number> {
  const { out } = context;
  const say = (name: string, value: string): void => {
    const [first = '', ...more] = wrap(value, Math.max(20, out.columns - 12));
    out.write(`${name.padEnd(10)}  ${first}\n${more.map((line) => `${' '.repeat(12)}${line}\n`).join('')}`);
  };
  say('race-lab', `${context.version}, Node ${process.versions.node}, ${process.platform} ${process.arch}`);
  const engine = await context.loadEngine();
  say('docker', await engine.describeDocker());
  try {
    const progress = new Progress(context.err);
    await withServer(context, engine, flags, progress, async ({ server }) => {
      progress.clear();
      say('redis', `${server.product} ${server.version}, ${server.source}: ${server.description}`);
      say(
        'talks by',
        'path' in server.endpoint
          ? `unix socket ${server.endpoint.path}`
          : `${server.endpoint.host}:${server.endpoint.port}`,
      );
      say(
        'clock',
        `${server.clockMode}: ${CLOCKS[server.clockMode]}${server.clockReason === undefined ? '' : ` (${server.clockReason})`}`,
      );
    });
    out.write('\nThis machine can run the labs.\n');
    return EXIT.asExpected;
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    say('redis', describeError(error));
    out.write('\nThis machine cannot run the labs yet.\n');
    return EXIT.unknown;
  }
}

const CLOCKS = {
  shim: "the server's wall clock is frozen and stepped by the lab",
  'ttl-shift':
    'deadlines are moved instead of the clock; PTTL may be 1 ms low, absolute deadlines follow real time',
  real: 'deadlines follow real time: scenarios with a TTL are not reproducible',
} as const;
