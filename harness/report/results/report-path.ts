import { createHash } from 'node:crypto';

/** Letters of a name that stand in the name of its file. */
const NAME_MAX = 60;
/** Names that every file system takes as they are, and keeps apart. */
const SAFE = /^[a-z0-9_][a-z0-9_.-]*$/;

/**
 * A path inside the folder of the reports. Names of race files and scenarios are any text: those that cannot stand in a
 * path, or that some file system would take for another one, get a part of their hash, so that no two have one path.
 *
 * @internal
 */
export function reportPath(folder: string, names: readonly string[], extension: string): string {
  const readable = (name: string): string =>
    name
      .slice(0, NAME_MAX)
      .replaceAll(/[^\w.-]/g, '_')
      .replace(/^\.+/, '_');
  const asTheyAre = names.every((name) => SAFE.test(name) && name.length <= NAME_MAX && !name.includes('--'));
  const hash = createHash('sha256').update(JSON.stringify(names)).digest('hex').slice(0, 8);
  return `${folder}/${names.map(readable).join('--')}${asTheyAre ? '' : `-${hash}`}.${extension}`;
}
