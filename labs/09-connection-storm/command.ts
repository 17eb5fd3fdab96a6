/** `npm run storm`: the storm, the queue and the cause with other numbers than those of the lesson. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { RULES, WALKS, type RuleName, type WalkName } from './model/cron.js';
import { simulateQueue } from './model/queue.js';
import { modelStall, SHRINK_MS, type AllocatorName } from './model/stall.js';
import { STORY_QUEUE, USUAL_SCALE } from './measurements.js';
import { drawTimeline } from './picture/picture.js';
import { USUAL_STORM, type Reconnect, type StormOptions } from './storm/options.js';
import { fittingStorm, startStorm } from './storm/start-storm.js';
import { summarise } from './storm/summary.js';
import { failuresOf } from './timeline/attempt.js';
import { diagnose } from './timeline/diagnose.js';
import { windowsOf, type Window } from './timeline/windows.js';

function numberFrom(least: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (text.trim() === '' || !Number.isFinite(number) || number < least)
      throw new InvalidArgumentError(`It must be a number from ${least} on.`);
    return number;
  };
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const rounded = (number: number): number => Math.round(number * 10) / 10;

function printFigures(figures: Readonly<Record<string, number>>): void {
  const width = Math.max(...Object.keys(figures).map(({ length }) => length));
  for (const [name, value] of Object.entries(figures))
    print(`  ${name.padEnd(width)}  ${rounded(value).toLocaleString('en')}`);
}

function printWindow({ from, until, begun, answered, failures, medianMs, worstMs }: Window): void {
  const failed = [...failures].map(([kind, number]) => `, ${number} × ${kind}`).join('');
  const took =
    medianMs === undefined ? '' : `; median ${rounded(medianMs)} ms, worst ${rounded(worstMs ?? 0)} ms`;
  print(`  ${from} to ${until} ms: ${begun} begun, ${answered} answered${failed}${took}`);
}

async function writePicture(out: string | undefined, svg: string): Promise<void> {
  if (out === undefined) return;
  await mkdir(dirname(resolve(out)), { recursive: true });
  await writeFile(out, svg);
  print(`picture: ${out}`);
}

/** Options of a real storm. Those that are not said are as in the story, scaled. */
interface StormFlags {
  readonly scale: number;
  readonly window: number;
  readonly backlog: number;
  readonly rate?: number;
  readonly steady?: number;
  readonly reuse: number;
  readonly pool: number;
  readonly stall: number;
  readonly stallBy: StormOptions['stallBy'];
  readonly calm: number;
  readonly after: number;
  readonly connectTimeout: number;
  readonly replyTimeout: number;
  readonly reconnect: Reconnect;
  readonly abort?: boolean;
  readonly out?: string;
}

async function measure(flags: StormFlags): Promise<void> {
  const { options, smaller } = fittingStorm(flags.scale, {
    backlog: flags.backlog,
    ...(flags.rate === undefined ? {} : { ratePerSecond: flags.rate }),
    ...(flags.steady === undefined ? {} : { steady: [flags.steady, flags.steady] as const }),
    reuse: flags.reuse,
    poolSize: flags.pool,
    calmMs: flags.calm,
    stallMs: flags.stall,
    afterMs: flags.after,
    stallBy: flags.stallBy,
    connectTimeoutMs: flags.connectTimeout,
    replyTimeoutMs: flags.replyTimeout,
    reconnect: flags.reconnect,
    abortOnOverflow: flags.abort === true,
  });
  const storm = await startStorm(options, new AbortController().signal);
  const { summary, figures, missing = [], pictures } = summarise(storm, 'a storm', smaller);
  print(summary);
  for (const what of missing) print(`not measured: ${what}`);
  printFigures(figures);
  for (const window of windowsOf(storm.attempts, flags.window)) printWindow(window);
  await writePicture(flags.out, pictures!['timeline']!);
}

const program = new Command('npm run storm --').description('A storm of connections with other numbers.');
const number = (flags: string, what: string, usual: number, least = 0): Option =>
  new Option(flags, what).argParser(numberFrom(least)).default(usual);

program
  .command('measure', { isDefault: true })
  .description(
    'Measures a storm on a real server. Numbers of the story are multiplied by --scale, times are not.',
  )
  .addOption(number('--scale <share>', 'how large it is, up to 1', USUAL_SCALE))
  .addOption(number('--backlog <n>', 'what the server passes to listen', 511, 1))
  .option('--rate <n>', 'requests a second (default: 2000)', numberFrom(1))
  .option(
    '--steady <n>',
    'clients with a connection all the time (default: 3500, growing to 4100)',
    numberFrom(0),
  )
  .addOption(number('--reuse <n>', 'requests for each connection', 1, 1))
  .addOption(number('--pool <n>', 'connections at most for these requests; 0: no limit', 0))
  .addOption(number('--stall <ms>', 'how long the server stands still', USUAL_STORM.stallMs, 1))
  .addOption(
    new Option('--stall-by <how>', 'how it is made to')
      .choices(['debug-sleep', 'sigstop'])
      .default('debug-sleep'),
  )
  .addOption(number('--calm <ms>', 'how long before', USUAL_STORM.calmMs))
  .addOption(number('--after <ms>', 'how long after', USUAL_STORM.afterMs))
  .addOption(
    number(
      '--connect-timeout <ms>',
      'patience of a client without a connection',
      USUAL_STORM.connectTimeoutMs,
      1,
    ),
  )
  .addOption(
    number('--reply-timeout <ms>', 'patience of a client without an answer', USUAL_STORM.replyTimeoutMs, 1),
  )
  .addOption(
    new Option('--reconnect <when>', 'when a steady client connects again')
      .choices(['at-once', 'fixed', 'jitter'])
      .default('at-once'),
  )
  .option('--abort', 'tcp_abort_on_overflow, in a network of its own')
  .addOption(number('--window <ms>', 'width of the windows that the timeline is cut into', 500, 1))
  .option('--out <file>', 'write the picture there, as SVG')
  .action(measure);

program
  .command('queue')
  .description('The same as a model of the accept queue: no server, no network.')
  .addOption(number('--backlog <n>', 'what the server passes to listen', STORY_QUEUE.backlog, 1))
  .addOption(number('--rate <n>', 'connects a second', STORY_QUEUE.ratePerSecond, 1))
  .addOption(number('--stall <ms>', 'how long the server stands still', 1430))
  .addOption(number('--rtt <ms>', 'there and back', 0.2))
  .addOption(number('--connect-timeout <ms>', 'patience of a client', STORY_QUEUE.connectTimeoutMs, 1))
  .option('--abort', 'tcp_abort_on_overflow')
  .option('--out <file>', 'write the picture there, as SVG')
  .action(
    async (flags: {
      readonly backlog: number;
      readonly rate: number;
      readonly stall: number;
      readonly rtt: number;
      readonly connectTimeout: number;
      readonly abort?: boolean;
      readonly out?: string;
    }) => {
      const stall = { from: 500, until: 500 + flags.stall };
      const { attempts, deepest, overflows } = simulateQueue({
        ...STORY_QUEUE,
        ratePerSecond: flags.rate,
        backlog: flags.backlog,
        stall,
        durationMs: stall.until + 800,
        rttMs: flags.rtt,
        connectTimeoutMs: flags.connectTimeout,
        abortOnOverflow: flags.abort === true,
      });
      const found = diagnose(attempts);
      printFigures({
        requests: attempts.length,
        ...Object.fromEntries([...failuresOf(attempts)].map(([kind, failed]) => [`failed: ${kind}`, failed])),
        queueMost: deepest,
        overflows,
        ...(found === undefined ? {} : { foundMs: found.until - found.from }),
      });
      await writePicture(flags.out, drawTimeline({ title: 'a model of the queue', attempts, found, stall }));
    },
  );

program
  .command('cause')
  .description('The cron that shrinks query buffers, as a model.')
  .addOption(number('--clients <n>', 'connections at the peak', 4100, 1))
  .addOption(number('--busy <n>', 'how many of them are never idle', 3500))
  .addOption(number('--hz <n>', 'runs of the cron a second', 10, 1))
  .addOption(
    new Option('--rule <name>', 'which buffers are shrunk').choices(Object.keys(RULES)).default('old'),
  )
  .addOption(
    new Option('--walk <name>', 'how many clients a run visits')
      .choices(Object.keys(WALKS))
      .default('every-ten-seconds'),
  )
  .option('--spread', 'idle clients stand here and there in the list, and not at its end')
  .addOption(number('--buffer <bytes>', 'what a buffer takes', 32 * 1024, 1))
  .addOption(
    new Option('--allocator <name>', 'what shrinking one costs')
      .choices(Object.keys(SHRINK_MS))
      .default('old'),
  )
  .option('--shrink <ms>', 'the same in ms', numberFrom(0))
  .action(
    (flags: {
      readonly clients: number;
      readonly busy: number;
      readonly hz: number;
      readonly rule: RuleName;
      readonly walk: WalkName;
      readonly spread?: boolean;
      readonly buffer: number;
      readonly allocator: AllocatorName;
      readonly shrink?: number;
    }) => {
      const { clients, busy, hz, rule, walk } = flags;
      const shrinkMs = flags.shrink ?? flags.allocator;
      const together = flags.spread !== true;
      printFigures({
        ...modelStall({ clients, busy, hz, rule, walk, together, bufferBytes: flags.buffer, shrinkMs }),
      });
    },
  );

// Who has seen enough closes the pipe.
process.stdout.on('error', () => process.exit(0));
try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
