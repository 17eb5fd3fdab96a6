import type { Control } from '../../wire/upstream/control.js';
import { encodeCommand } from '../../wire/upstream/control.js';
import type { Question } from '../../wire/upstream/question.js';
import type { UpstreamPool } from '../../wire/upstream/upstream-pool.js';
import type { Upstream } from '../../wire/upstream/upstream.js';
import { isScript } from './command-rules.js';
import {
  firstWord,
  isPrintOf,
  MONITOR_STYLES,
  parseMonitorLine,
  printWords,
  readWords,
  type MonitorLine,
  type MonitorStyle,
} from './monitor-line.js';

/**
 * A script that the server ran, and the commands that it ran inside. Arguments have one character a byte.
 *
 * @internal
 */
export interface ObservedScript {
  /** The command as the server printed it. */
  readonly printed: string;
  readonly style: MonitorStyle;
  readonly inner: readonly { readonly args: readonly string[]; readonly database: string }[];
}

/** A script as it was noted, before it is known how this server prints. */
interface NotedScript {
  readonly line: MonitorLine;
  readonly inner: MonitorLine[];
}

/** First word of marks. */
const MARK = 'race-lab';

/** A command whose line shows that the lines before it have arrived. */
interface Mark {
  readonly text: string;
  /** The server has run it. */
  sent: boolean;
  /** How it was printed in its line, once that has arrived. */
  style: MonitorStyle | undefined;
  /** Whoever waits for the line goes on, also where it will never come. */
  goOn: () => void;
}

/**
 * Watches which commands scripts really run, on a connection in MONITOR mode: a script may touch keys that it does
 * not declare. Costs the server a line for every command, so it is opened only when there are scripts.
 *
 * @internal
 */
export class ScriptMonitor {
  #scripts: NotedScript[] = [];
  #inside = false;
  #marks = 0;
  /** It was put behind the last script. */
  #behind: Mark | undefined;
  /** The last one: its line may still have to come. */
  #awaited: Mark | undefined;
  #ended = false;

  private constructor(
    readonly upstream: Upstream,
    readonly pool: UpstreamPool,
    readonly control: Control,
  ) {}

  static async open(pool: UpstreamPool, control: Control): Promise<ScriptMonitor> {
    const upstream = await pool.acquire();
    const monitor = new ScriptMonitor(upstream, pool, control);
    upstream.onPush = (frame) => monitor.#note(frame);
    // Once for all: what waits for the end of a connection is kept as long as that lasts.
    void upstream.ended.then(() => {
      monitor.#ended = true;
      monitor.#awaited?.goOn();
    });
    const watching = upstream.request(encodeCommand(['MONITOR']));
    upstream.monitoring = true;
    await watching;
    return monitor;
  }

  /** A mark to be sent right behind a script, in the same write: then `take` asks the server nothing. */
  behind(): Question {
    const mark = this.#newMark();
    this.#behind = mark;
    return { frame: encodeCommand(['ECHO', mark.text]), answered: () => (mark.sent = true) };
  }

  /** Another step begins: what was put behind an earlier script says nothing about the next one. */
  forget(): void {
    this.#behind = undefined;
  }

  /**
   * The scripts that ran since the last call, in order; none where the connection has ended since, as in a restart of the
   * server: what it would have shown is not known then.
   */
  async take(): Promise<readonly ObservedScript[]> {
    const behind = this.#behind;
    const mark = behind?.sent === true ? behind : this.#newMark();
    if (mark !== behind) await this.control.call('ECHO', mark.text);
    if (mark.style === undefined && !this.#ended) await new Promise<void>((resolve) => (mark.goOn = resolve));
    const { style } = mark;
    this.forget();
    const scripts = this.#scripts;
    this.#scripts = [];
    if (style === undefined) return [];
    return scripts.flatMap(({ line, inner }) => {
      const commands = inner.map(({ words, database }) => ({ args: argumentsOf(words, style), database }));
      // What cannot be read for certain was not observed: such a script touches everything.
      if (!commands.every(isRead)) return [];
      return [{ printed: line.words, style, inner: commands }];
    });
  }

  /** Lines arrive on a connection of their own: the one of this ECHO comes after all that is of interest. */
  #newMark(): Mark {
    // The quotation mark in it shows how this server prints one.
    const text = `${MARK} "${(this.#marks += 1)}`;
    return (this.#awaited = { text, sent: false, style: undefined, goOn: () => {} });
  }

  /** Ends the watch, and gives the connection back. */
  async close(): Promise<void> {
    await this.pool.release(this.upstream);
  }

  /** Ends the watch at once: the server may not answer any more. */
  abandon(): void {
    this.pool.discard(this.upstream);
  }

  #note(frame: Buffer): void {
    const line = parseMonitorLine(frame.toString('latin1'));
    if (line === undefined) return;
    if (line.source === 'lua') {
      if (this.#inside) this.#scripts.at(-1)?.inner.push(line);
      return;
    }
    this.#inside = isScript(firstWord(line.words));
    if (this.#inside) this.#scripts.push({ line, inner: [] });
    const mark = this.#awaited;
    if (mark === undefined || !line.words.includes(MARK)) return;
    const style = MONITOR_STYLES.find((one) => line.words.endsWith(` ${printWords([mark.text], one)}`));
    if (style === undefined) return;
    mark.style = style;
    mark.goOn();
  }
}

/** Commands inside of scripts that are remembered: the same few run in every execution, and what is known of one is kept by its list. */
const KNOWN_MAX = 1000;
const known = new Map<string, readonly string[] | undefined>();

/** The arguments of a printed command; undefined where it may mean more than one. */
function argumentsOf(words: string, style: MonitorStyle): readonly string[] | undefined {
  const name = `${style} ${words}`;
  let args = known.get(name);
  if (args === undefined) {
    if (known.size >= KNOWN_MAX) known.clear();
    known.set(name, (args = readWords(words, style)));
  }
  return args;
}

function isRead<Command extends { args: readonly string[] | undefined }>(
  command: Command,
): command is Command & { args: readonly string[] } {
  return command.args !== undefined;
}

/**
 * Hands out each of these scripts once, to the first that asks for a script with the same arguments.
 *
 * @param scripts - as `take` gave them
 * @internal
 */
export function takeFrom(
  scripts: readonly ObservedScript[],
): (args: readonly string[]) => ObservedScript | undefined {
  const left = [...scripts];
  return (args) => {
    const at = left.findIndex(({ printed, style }) => isPrintOf(printed, args, style));
    return at < 0 ? undefined : left.splice(at, 1)[0];
  };
}
