/** `race-lab run --ask`: what somebody says that a variant does, before the lab says it. */
import { count, harmless, wrap } from '../../base/text.js';
import type { VariantResult } from '../../report/results/results.js';
import type { CliContext } from '../context/context.js';
import { UsageError } from '../context/errors.js';
import { variantName } from '../selection/select.js';
import type { SizedVariant } from '../selection/sized.js';
import type { AskLine } from '../terminal/lines.js';

/** What one can say, and what else is taken for it. */
const ANSWERS = { holds: ['1', 'holds'], breaks: ['2', 'breaks'], hangs: ['3', 'hangs'] } as const;
type Answer = keyof typeof ANSWERS;

const CHOICES = '1 holds · 2 breaks · 3 hangs · Enter skips > ';

/**
 * Refuses `--ask` where nobody can be asked, or nothing.
 *
 * @param typed - names of the options that stand on the command line
 * @throws UsageError that says why
 * @internal
 */
export function checkAsk(
  { askLine }: CliContext,
  flags: { readonly ask?: boolean; readonly json?: boolean },
  variants: readonly SizedVariant[],
  typed: ReadonlySet<string>,
): void {
  if (flags.ask !== true) return;
  if (flags.json === true)
    throw new UsageError('--json does not go with --ask: it prints one object, and a question is none');
  if (typed.has('jobs') && variants.length > 1)
    throw new UsageError(
      '--jobs does not go with --ask: variants are run one after the other, each once you have answered',
    );
  if (variants.length === 0)
    throw new UsageError('--ask has nothing to ask: what is measured has no verdict to predict');
  if (askLine === undefined)
    throw new UsageError(
      '--ask needs a terminal to ask in, and this is a pipe, a file or a CI job: leave it out, or call it in a terminal',
    );
}

/** The questions of one run, and what became of the answers. @internal */
export class Asking {
  readonly #answers = new Map<SizedVariant, Answer>();
  #asked = 0;
  #right = 0;
  #unknown = 0;
  /** Nobody answers any more. */
  #over = false;

  constructor(
    readonly context: CliContext,
    readonly askLine: AskLine,
  ) {}

  /** Asks what this variant will do. Once nobody answers any more, nothing is asked. */
  async ask(sized: SizedVariant): Promise<void> {
    const { out, signal } = this.context;
    if (this.#over) return;
    this.#asked += 1;
    out.write('\n');
    for (const line of wrap(harmless(`${variantName(sized)}: ${sized.variant.title}`), out.columns))
      out.write(`${line}\n`);
    for (;;) {
      const line = await this.askLine(CHOICES);
      if (line === '') return;
      if (line === undefined) {
        this.#over = true;
        this.#asked -= 1;
        if (!signal.aborted) out.write('the input has ended: no more questions\n');
        return;
      }
      const answer = answerIn(line);
      if (answer !== undefined) {
        this.#answers.set(sized, answer);
        return;
      }
      out.write(`"${harmless(line.slice(0, 20))}" is none of these: type 1, 2 or 3, or Enter alone\n`);
    }
  }

  /** Puts the answer beside the verdict, which has just been shown. */
  compare(sized: SizedVariant, { verdict }: VariantResult): void {
    const answer = this.#answers.get(sized);
    if (answer === undefined) return;
    const { out } = this.context;
    if (verdict.kind === 'incomplete' || verdict.kind === 'error') {
      this.#unknown += 1;
      out.write(`  you said: ${answer}; nobody knows\n`);
      return;
    }
    if (verdict.kind === answer) this.#right += 1;
    out.write(`  you said: ${answer}; ${verdict.kind === answer ? 'right' : `it ${verdict.kind}`}\n`);
  }

  /** How many were right, in one line. */
  get tally(): string {
    const answered = this.#answers.size - this.#unknown;
    const skipped = this.#asked - this.#answers.size;
    const others = [
      ...(skipped > 0 ? [`${skipped} skipped`] : []),
      ...(this.#unknown > 0 ? [`${this.#unknown} without a verdict`] : []),
    ];
    return [`${this.#right} of ${count(answered, 'prediction')} right`, ...others].join(', ');
  }
}

/** What somebody has typed: a number, a word or the beginning of one. */
function answerIn(line: string): Answer | undefined {
  const typed = line.toLowerCase();
  const meant = (Object.keys(ANSWERS) as Answer[]).filter((answer) =>
    ANSWERS[answer].some((one) => one.startsWith(typed)),
  );
  return meant.length === 1 ? meant[0] : undefined;
}
