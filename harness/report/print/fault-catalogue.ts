/** The catalogue of faults for people and programs: a terminal, a document, JSON. */
import { FAULT_KINDS, FAULTS, type FaultDescription, type FaultKind } from '../../faults/catalogue.js';
import { pad, widthOf, wrap } from '../../base/text.js';
import type { View } from '../text/layout.js';
import { painterFor } from '../text/painter.js';

/** What one fault is, in words. @internal */
export interface FaultEntry {
  readonly name: FaultKind;
  /** Offered where a plan names no faults. */
  readonly usual: boolean;
  readonly outcome: 'definite' | 'ambiguous';
  readonly target: FaultDescription['target'];
  /** `count: 3`, `by: close or reset`; the default comes first. */
  readonly parameters: readonly string[];
  readonly summary: string;
}

/** Every fault, in the order of the catalogue. @internal */
export function faultEntries(): FaultEntry[] {
  return FAULT_KINDS.map((name) => {
    const { usual, outcome, target, summary }: FaultDescription = FAULTS[name];
    return { name, usual, outcome, target, parameters: parametersOf(FAULTS[name]), summary };
  });
}

function parametersOf({ parameters, choices }: FaultDescription): string[] {
  return Object.entries(parameters).map(([name, usual]) => {
    const others = (choices?.[name] ?? []).filter((choice) => choice !== usual);
    return `${name}: ${[usual, ...others].join(' or ')}`;
  });
}

const EXPLAINED = [
  '* usual: offered where a plan names no faults.',
  'definite: the client can know whether the command ran. ambiguous: it cannot.',
  'Aims: { worker, nth, command, key, reconnect, handshake, http }. A delayed command is no fault: it is what an interleaving is.',
];

/** The catalogue for a terminal. @internal */
export function renderFaults(view: View): string {
  const painter = painterFor(view);
  const entries = faultEntries();
  const widths = [
    Math.max(...entries.map(({ name }) => widthOf(name))) + 2,
    widthOf('ambiguous'),
    Math.max(...entries.map(({ target }) => widthOf(target))),
  ] as const;
  const indent = '    ';
  const block = ({ name, usual, outcome, target, parameters, summary }: FaultEntry): string[] => {
    const head = `${painter.bold(pad(`${name}${usual ? ' *' : ''}`, widths[0]))}  ${pad(outcome, widths[1])}  at a ${target}`;
    const given = parameters.length === 0 ? [] : [`parameters: ${parameters.join(', ')}`];
    const details = [summary, ...given].flatMap((text) => wrap(text, view.columns - indent.length));
    return [head, ...details.map((line) => indent + line)];
  };
  return [...entries.flatMap(block), '', ...EXPLAINED.flatMap((line) => wrap(line, view.columns))].join('\n');
}

/** The catalogue as a table for a document. @internal */
export function faultsMarkdown(): string {
  const rows = faultEntries().map(({ name, usual, outcome, target, parameters, summary }) => [
    `\`${name}\`${usual ? ' *' : ''}`,
    outcome,
    target,
    parameters.map((parameter) => `\`${parameter}\``).join('<br>'),
    summary,
  ]);
  const head = ['Fault', 'Outcome', 'Strikes at a', 'Parameters', 'What happens'];
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
