import type { Environment } from '../../../execution/host/environment.js';
import type { Decision } from '../../../execution/steps/decision.js';
import type { Footprint } from '../../events/footprint.js';
import type { KnownShapes } from '../../events/known-shapes.js';
import { broughtBy } from '../../footprints/calls.js';
import { CommandFootprints } from '../../footprints/command-footprints.js';
import { isScript } from '../../footprints/command-rules.js';
import type { Question } from '../../../wire/upstream/question.js';
import { ScriptMonitor, takeFrom, type ObservedScript } from '../../footprints/script-monitor.js';
import type { Call, FootprintTracker } from '../../footprints/tracker.js';

/**
 * What a live server says of the commands of executions: what each of them touches, asked before the first of its shape
 * is sent, and which commands a script ran inside. It outlives executions. A server that is not well is asked nothing:
 * what is not known touches everything.
 *
 * @internal
 */
export class CommandWatch {
  /** A command of this execution was decided about without asking: whoever knows more may see it otherwise. */
  blind = false;
  /** The scripts that ran in the last command. */
  scripts: readonly ObservedScript[] = [];
  #environment!: Environment;
  #commands: CommandFootprints | undefined;
  #monitor: ScriptMonitor | undefined;

  /** Another execution begins, on this server. @returns what is known of commands */
  begin(environment: Environment): CommandFootprints {
    const { control } = environment;
    this.#environment = environment;
    this.blind = false;
    if (this.#commands?.control !== control) this.#commands = new CommandFootprints(control);
    return this.#commands;
  }

  /** Goes on with just this knowledge. */
  enter(control: Environment['control'], shapes: KnownShapes): void {
    this.#commands = new CommandFootprints(control);
    this.#commands.adopt(shapes);
  }

  /** What is known of commands, on this server. */
  get known(): CommandFootprints | undefined {
    return this.#commands;
  }

  /** All that is known of commands. */
  get shapes(): KnownShapes {
    return this.#commands!.save();
  }

  /** Commands that were asked about since the last call. */
  takeLearnt(): KnownShapes {
    return this.#commands!.takeLearnt();
  }

  /** Adds what was learnt in an execution that was run elsewhere. */
  adopt(learnt: KnownShapes): void {
    this.#commands!.adopt(learnt);
  }

  /** Asks about commands that could be sent next and are not known. @returns undefined where there is nothing to ask */
  learn({ moves }: Decision): Promise<void> | undefined {
    this.#monitor?.forget();
    const unknown: Call[] = [];
    let script = false;
    for (const move of moves) {
      const call = broughtBy(move);
      if (call === undefined) continue;
      if (!this.#commands!.knows(call.args)) unknown.push(call);
      if (this.#monitor === undefined && isScript(call.args[0]!)) script = true;
    }
    if (unknown.length === 0 && !script) return undefined;
    if (this.#isUnwell) {
      this.blind = true;
      return undefined;
    }
    return this.#ask(unknown, script);
  }

  /** What to ask right behind a command, so that its scripts are known by then. @param name - in upper case */
  behind(name: string): Question | undefined {
    return isScript(name) || name === 'EXEC' ? this.#monitor?.behind() : undefined;
  }

  /** The footprint that a command turned out to have. @param reply - its frame */
  performed(sent: Call, reply: Buffer, tracker: FootprintTracker): Footprint | Promise<Footprint> {
    if (this.#isUnwell) {
      tracker.performed(sent, reply, () => undefined);
      return 'everything';
    }
    const name = sent.args[0]!.toUpperCase();
    const watched = this.#monitor !== undefined && (isScript(name) || name === 'EXEC');
    if (watched || !this.#commands!.knows(sent.args)) return this.#asked(sent, reply, tracker, watched);
    this.scripts = [];
    return tracker.performed(sent, reply, takeFrom([]));
  }

  async #asked(sent: Call, reply: Buffer, tracker: FootprintTracker, watched: boolean): Promise<Footprint> {
    await this.#commands!.learn(sent.args);
    const scripts = watched ? await this.#monitor!.take() : [];
    this.scripts = scripts;
    for (const { inner } of scripts) for (const { args } of inner) await this.#commands!.learn(args);
    return tracker.performed(sent, reply, takeFrom(scripts));
  }

  /** A fault has struck: the monitor may be gone, or may not come back with what it had to say. */
  struck(): void {
    if (!this.#isUnwell) return;
    this.#monitor?.abandon();
    this.#monitor = undefined;
  }

  /** Gives back what it holds on the server. */
  async close(): Promise<void> {
    const monitor = this.#monitor;
    this.#monitor = undefined;
    await monitor?.close();
  }

  get #isUnwell(): boolean {
    return this.#environment.health.fault !== undefined;
  }

  async #ask(unknown: readonly Call[], script: boolean): Promise<void> {
    for (const { args } of unknown) await this.#commands!.learn(args);
    const { upstreams, control } = this.#environment;
    if (script) this.#monitor = await ScriptMonitor.open(upstreams, control);
  }
}
