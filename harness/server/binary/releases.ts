import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { sourcePlaces } from './apt.js';

/** Releases of distributions whose packages run through their own loader on an older one, the oldest first. */
const RELEASES: Readonly<Record<string, readonly string[]>> = { debian: ['bookworm', 'trixie', 'forky'] };

/** What a machine says about itself in `/etc/os-release`. @internal */
export interface Distribution {
  /** For folders: `debian-12`, `ubuntu-24.04`. */
  readonly name: string;
  /** The code name of its release: `bookworm`; empty where it has none. */
  readonly release: string;
  /** Code names of newer releases, the next one first. */
  readonly newer: readonly string[];
}

/** The distribution of this machine, from the text of `/etc/os-release`. @internal */
export function distribution(text = readFileSync('/etc/os-release', 'utf8')): Distribution {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^(\w+)="?([^"]*)"?$/.exec(line);
    if (match?.[1] !== undefined) fields.set(match[1], match[2] ?? '');
  }
  const id = fields.get('ID') ?? 'linux';
  const release = fields.get('VERSION_CODENAME') ?? '';
  const name = `${id}-${fields.get('VERSION_ID') ?? (release === '' ? 'rolling' : release)}`;
  const known = RELEASES[id] ?? [];
  const at = known.indexOf(release);
  return { name: name.replaceAll(/[^\w.-]/g, '_'), release, newer: at === -1 ? [] : known.slice(at + 1) };
}

/**
 * Sources of apt with another release in the place of this machine's: the same mirrors, the same keys, only those that
 * serve the distribution itself.
 *
 * @param text - a file of sources, in either of apt's two formats
 * @param file - its name, whose end says which format
 * @returns undefined where nothing in it is of this release
 * @internal
 */
export function exchanged(text: string, file: string, from: string, to: string): string | undefined {
  const suite = new RegExp(String.raw`(?<=\s)${from}(?=[-/\s]|$)`, 'g');
  const swap = (line: string): string => line.replaceAll(suite, to);
  if (!file.endsWith('.sources')) {
    const lines = text.split('\n').filter((line) => /^\s*deb\s/.test(line) && line.search(suite) !== -1);
    return lines.length === 0 ? undefined : `${lines.map(swap).join('\n')}\n`;
  }
  const stanzas = text.split(/\n\s*\n/).filter((stanza) => {
    const suites = /^Suites:.*$/im.exec(stanza)?.[0] ?? '';
    return /^Types:.*\bdeb(?:\s|$)/im.test(stanza) && suites.search(suite) !== -1;
  });
  const swapped = stanzas.map((stanza) =>
    stanza.replace(/^Suites:.*$/im, swap).replace(/^Types:.*$/im, 'Types: deb'),
  );
  return swapped.length === 0 ? undefined : `${swapped.join('\n\n')}\n`;
}

/**
 * Writes this machine's sources, with another release in the place of its own, into a folder.
 *
 * @returns how many files came of it
 * @internal
 */
export async function writeSources(folder: string, from: string, to: string): Promise<number> {
  const { list, parts } = await sourcePlaces();
  const inParts = existsSync(parts) ? readdirSync(parts).map((name) => join(parts, name)) : [];
  mkdirSync(folder, { recursive: true });
  let written = 0;
  for (const path of [list, ...inParts]) {
    if (!/\.(?:list|sources)$/.test(path) || !existsSync(path)) continue;
    const text = exchanged(readFileSync(path, 'utf8'), path, from, to);
    if (text === undefined) continue;
    writeFileSync(join(folder, basename(path)), text);
    written += 1;
  }
  return written;
}
