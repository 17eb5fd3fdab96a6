/**
 * What a race file exports: every scenario is a variant, expected to hold; so is every hazard of an adapter for a suite; a lab says for each
 * of its own what is expected.
 */
import { defined } from '../../base/defined.js';
import { count, listed, regexpText } from '../../base/text.js';
import type { Lab, Variant } from '../../scenario/lab.js';
import type { Scenario } from '../../scenario/types.js';
import { isSuiteAdapter, type SuiteAdapter } from '../../suite/adapters/suite-adapter.js';
import { appliedHazards } from '../../suite/run/applied.js';
import { CROWD_PREEMPTIONS } from '../../suite/run/bounds.js';
import { UsageError } from '../context/errors.js';
import type { Exports } from '../context/context.js';

/** A race file as it is read. @internal */
export interface RaceSource {
  /** As it is shown. */
  readonly name: string;
  readonly text: string;
}

/** A variant, and where it comes from. */
interface Exported {
  /** Name of the export. */
  readonly from: string;
  readonly variant: Variant;
}

/**
 * Every scenario that a file exports, alone, in lists, or by labs.
 *
 * @throws UsageError with the place, where there is none, where two have one name, or for what only looks like one
 * @internal
 */
export function variantsOf(exports: Exports, source: RaceSource): Variant[] {
  const seen = new Set<unknown>();
  const exported = Object.entries(exports).flatMap(([from, value]) => variantsIn(value, from, source, seen));
  if (exported.length === 0)
    throw new UsageError(
      `${source.name}:1: it exports no scenario${namesOf(exports)}: export const name = scenario({ … })`,
    );
  for (const [at, { variant, from }] of exported.entries()) {
    const first = exported.slice(0, at).find((one) => one.variant.name === variant.name);
    if (first === undefined) continue;
    const names = first.from === from ? `in ${from}` : `${first.from} and ${from}`;
    throw new UsageError(
      `${placeOf(source, from, variant.name)}: two scenarios are called "${variant.name}" (${names}): give each a "name" of its own`,
    );
  }
  return exported.map(({ variant }) => variant);
}

function namesOf(exports: Exports): string {
  const names = Object.keys(exports);
  return names.length === 0 ? '' : ` (only ${listed(names)})`;
}

/** @param seen - what was taken already: the same may be exported twice, by its name and as the default */
function variantsIn(value: unknown, from: string, source: RaceSource, seen: Set<unknown>): Exported[] {
  if (typeof value !== 'object' || value === null || seen.has(value)) return [];
  seen.add(value);
  if (Array.isArray(value)) return value.flatMap((one) => variantsIn(one, from, source, seen));
  if (isScenario(value)) return [{ from, variant: expectedToHold(value) }];
  if (isSuiteAdapter(value)) return hazardsIn(value, from);
  if (isLab(value))
    return value.variants.map((variant) => ({ from, variant: checked(variant, from, source) }));
  if ('workers' in value && 'invariants' in value)
    throw new UsageError(
      `${placeOf(source, from)}: ${from} is the description of a scenario, and no scenario: put scenario(…) around it`,
    );
  return [];
}

function hazardsIn(adapter: SuiteAdapter, from: string): Exported[] {
  const exported = (scenario: Scenario | undefined, title: string, preemptions?: number): Exported[] =>
    scenario === undefined
      ? []
      : [{ from, variant: { ...expectedToHold(scenario), title, ...defined({ preemptions }) } }];
  return appliedHazards(from, adapter).flatMap(({ title, scenario, crowd, preemptions }) => [
    ...exported(scenario, title, preemptions),
    ...exported(crowd, `${title}, among more`, CROWD_PREEMPTIONS),
  ]);
}

function expectedToHold(scenario: Scenario): Variant {
  const { name, workers, invariants } = scenario;
  const about = listed(invariants.map(({ id }) => id));
  const title = `${count(workers.length, 'worker')}${about === '' ? '' : `: ${about}`}`;
  return { name, title, scenario, expect: { kind: 'holds' } };
}

/** Says what a compiler would have said: not everybody has one. */
function checked(variant: Variant, from: string, source: RaceSource): Variant {
  const refuse = (what: string): never => {
    throw new UsageError(`${placeOf(source, from)}: in the lab ${from}, ${what}`);
  };
  const { name, title, scenario, expect } = variant as Partial<Variant>;
  if (typeof name !== 'string' || name === '') return refuse('a variant has no "name"');
  if (!isScenario(scenario)) return refuse(`"${name}" has no "scenario" that scenario() made`);
  const kind = expect?.kind as string | undefined;
  if (kind === undefined || !['holds', 'breaks', 'hangs'].includes(kind))
    return refuse(`"${name}" expects neither { kind: 'holds' } nor 'breaks' nor 'hangs'`);
  if (expect?.kind === 'breaks' && typeof expect.invariant !== 'string')
    return refuse(`"${name}" does not say which "invariant" breaks`);
  return typeof title === 'string' ? variant : { ...variant, title: expectedToHold(scenario).title };
}

/** By what it has: a scenario may be a copy of what scenario() returned. */
function isScenario(value: unknown): value is Scenario {
  if (typeof value !== 'object' || value === null) return false;
  const { name, workers, invariants, maxSteps, faults } = value as Partial<Scenario>;
  const isFilledIn = typeof maxSteps === 'number' && Array.isArray(faults?.specs);
  return typeof name === 'string' && Array.isArray(workers) && Array.isArray(invariants) && isFilledIn;
}

function isLab(value: object): value is Lab {
  return 'id' in value && 'variants' in value && Array.isArray(value.variants);
}

/**
 * Where an export stands in its file, or the second scenario with a name, as far as the text says: `stock.race.ts:12`.
 *
 * @param name - of a scenario that is there twice
 */
function placeOf({ name: file, text }: RaceSource, from: string, name?: string): string {
  const quoted =
    name === undefined ? [] : [...text.matchAll(new RegExp(`(['"\`])${regexpText(name)}\\1`, 'g'))];
  const declared =
    from === 'default'
      ? /^export\s+default\b|^(?:module\.)?exports\s*=/m
      : new RegExp(`\\b(?:const|let|var|function|class|as|exports\\.)\\s*${regexpText(from)}\\b`);
  const at = quoted[1]?.index ?? declared.exec(text)?.index ?? 0;
  return `${file}:${text.slice(0, at).split('\n').length}`;
}
