import type { Control } from '../../wire/upstream/control.js';
import { encodeCommand } from '../../wire/upstream/control.js';
import type { UpstreamPool } from '../../wire/upstream/upstream-pool.js';
import type { Upstream } from '../../wire/upstream/upstream.js';
import { isScript } from './command-rules.js';

/**
 * A script that the server ran, and the commands that it ran inside. Arguments have one character a byte.
 *
 * @internal
 */
export interface ObservedScript {
  readonly args: readonly string[];
  readonly inner: readonly { readonly args: readonly string[]; readonly database: string }[];
}

/**
 * Watches which commands scripts really run, on a connection in MONITOR mode: a script may touch keys that it does
 * not declare. Costs the server a line for every command, so it is opened only when there are scripts.
 *
 * @internal
 */
export class ScriptMonitor {
  #scripts: { args: string[]; inner: { args: string[]; database: string }[] }[] = [];
  #inside = false;
  #marks = 0;
  #reached: { readonly mark: string; readonly resolve: () => void } | undefined;

  private constructor(
    readonly upstream: Upstream,
    readonly pool: UpstreamPool,
    readonly control: Control,
  ) {}

  static async open(pool: UpstreamPool, control: Control): Promise<ScriptMonitor> {
    const upstream = await pool.acquire();
    const monitor = new ScriptMonitor(upstream, pool, control);
    upstream.onPush = (frame) => monitor.#note(frame);
    const watching = upstream.request(encodeCommand(['MONITOR']));
    upstream.monitoring = true;
    await watching;
    return monitor;
  }

  /** The scripts that ran since the last call, in order. */
  async take(): Promise<readonly ObservedScript[]> {
    // Lines arrive on a connection of their own: the one of this ECHO comes after all that is of interest.
    const mark = `race-lab ${(this.#marks += 1)}`;
    const reached = new Promise<void>((resolve) => {
      this.#reached = { mark, resolve };
    });
    await this.control.call('ECHO', mark);
    await reached;
    const scripts = this.#scripts;
    this.#scripts = [];
    return scripts;
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
    const { args, database, source } = line;
    if (source === 'lua') {
      if (this.#inside) this.#scripts.at(-1)?.inner.push({ args, database });
      return;
    }
    this.#inside = isScript(args[0]!);
    if (this.#inside) this.#scripts.push({ args, inner: [] });
    if (this.#reached !== undefined && this.#reached.mark === args[1]) this.#reached.resolve();
  }
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
    const at = left.findIndex((script) => sameCommand(script.args, args));
    return at < 0 ? undefined : left.splice(at, 1)[0];
  };
}

function sameCommand(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((arg, at) => arg === b[at] || (at === 0 && sameWord(arg, b[at]!)));
}

function sameWord(a: string, b: string): boolean {
  return a.toUpperCase() === b.toUpperCase();
}

/** `+1700000000.123456 [0 127.0.0.1:1234] "GET" "a"`. @returns undefined for anything else @internal */
export function parseMonitorLine(
  text: string,
): { readonly database: string; readonly source: string; readonly args: string[] } | undefined {
  const head = /^\+\d+\.\d+ \[(\d+) ([^\]]*)\] /.exec(text);
  if (head === null) return undefined;
  const args = Array.from(text.slice(head[0].length).matchAll(/"((?:[^"\\]|\\.)*)"/g), ([, quoted]) =>
    unquote(quoted!),
  );
  return args.length === 0 ? undefined : { database: head[1]!, source: head[2]!, args };
}

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', a: '\u0007', b: '\b' };

/** Takes back what Redis's `sdscatrepr` does. */
function unquote(text: string): string {
  return text.replaceAll(
    /\\(?:x([0-9a-f]{2})|(.))/g,
    (_all, hex: string | undefined, char: string | undefined) =>
      hex === undefined ? (ESCAPES[char!] ?? char!) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
