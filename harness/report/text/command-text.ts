import type { RecordStep } from '../../record/format.js';
import { fit, harmless } from '../../base/text.js';

/** Replies that Redis sends as plain status words; records do not tell them from strings. */
const STATUS = new Set(['OK', 'PONG', 'QUEUED', 'RESET']);

/** Name of a worker in all output. Worker 0 is a client that several workers share. @internal */
export function workerName(worker: number): string {
  return worker === 0 ? 'shared' : `w${worker}`;
}

/** What a step does, without its reply: `SET c 1`, `reconnect`, `timer 50 ms`. @internal */
export function stepText(step: RecordStep): string {
  return stepWords(step).join(' ');
}

/** The same for a sentence: tokens and scripts are cut, since the table has them. @internal */
export function briefStep(step: RecordStep): string {
  return fit(
    stepWords(step)
      .map((word) => fit(word, 24))
      .join(' '),
    70,
  );
}

/** The same word by word, so that a narrow cell can shorten the long ones. @internal */
export function stepWords({ kind, command, text }: RecordStep): string[] {
  if (command !== undefined)
    return command.map((word, at) => argumentText(isScriptAt(command, at) ? gist(word) : word));
  return [kind === 'step' ? `▸ ${harmless(text ?? 'step')}` : harmless(text ?? kind)];
}

function isScriptAt([name]: readonly string[], at: number): boolean {
  return at === 1 && /^EVAL(_RO)?$/.test(name!);
}

/** A line on which a script asks the server for something, also by a shorter name of its own. */
const CALLS = /call\s*\(/;

/** The first line of a script that does something: many begin with a long comment, and with names for their keys. */
function gist(script: string): string {
  const code = script.replaceAll(/--\[(=*)\[[\s\S]*?\]\1\]/g, '').replaceAll(/--.*$/gm, '');
  const lines = code.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
  const first = lines.find((line) => CALLS.test(line)) ?? lines[0] ?? script;
  return lines.length > 1 ? `${first} …` : first;
}

/** An argument as one would type it in `redis-cli`. */
function argumentText(argument: string): string {
  return argument === '' || /[\s"']/.test(argument) ? quoted(argument) : harmless(argument);
}

/** A reply as `redis-cli` shows it, on one line. @internal */
export function replyText(reply: unknown): string {
  if (reply === null || reply === undefined) return '(nil)';
  if (typeof reply === 'string') return STATUS.has(reply) ? reply : quoted(reply);
  if (Array.isArray(reply)) return `[${reply.map(replyText).join(', ')}]`;
  if (typeof reply === 'number' || typeof reply === 'boolean') return String(reply);
  if (isErrorReply(reply)) return `✗ ${harmless(reply.error)}`;
  const { map } = reply as { map?: unknown[] };
  if (!Array.isArray(map)) return harmless(JSON.stringify(reply));
  const pairs = Array.from(
    { length: map.length >> 1 },
    (_, at) => `${replyText(map[2 * at])}: ${replyText(map[2 * at + 1])}`,
  );
  return `{${pairs.join(', ')}}`;
}

/** Is this what the server answers when it refuses a command? @internal */
export function isErrorReply(reply: unknown): reply is { readonly error: string } {
  return (
    typeof reply === 'object' && reply !== null && typeof (reply as { error?: unknown }).error === 'string'
  );
}

/** The value of a key; a missing key has none. @internal */
export function valueText(value: string | null): string {
  return value === null ? '(nil)' : value === '' ? '""' : harmless(value);
}

/** In double quotes, unless the text has some itself, as JSON does: then single ones read better. */
function quoted(text: string): string {
  const plain = harmless(text);
  return plain.includes('"') && !plain.includes("'") ? `'${plain}'` : `"${plain.replaceAll('"', '\\"')}"`;
}
