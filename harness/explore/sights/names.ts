import { printable } from '../../wire/resp.js';

/** What people call a resource over which steps race; undefined for what no pass is about, such as the clock. @internal */
export function contestedName(resource: string): string | undefined {
  const [, database, key] = /^(\d+):([\s\S]*)$/.exec(resource) ?? [];
  if (key !== undefined) return database === '0' ? text(key) : `${text(key)} in database ${database}`;
  const [, kind, name] = /^(shared|ch):([\s\S]*)$/.exec(resource) ?? [];
  if (name === undefined) return undefined;
  return kind === 'ch' ? `channel ${text(name)}` : name;
}

/** One character a byte. */
function text(bytes: string): string {
  return printable(Buffer.from(bytes, 'latin1'));
}
