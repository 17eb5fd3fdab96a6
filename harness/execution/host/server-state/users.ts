import { NO_RIGHTS } from '../../../server/reaper/lent.mjs';

/** Lines of ACL LIST: `user NAME RULE…`. @internal */
export type UserRules = readonly string[];

/** The words of a line; a selector in parentheses is one. */
const WORDS = /\([^)]*\)|\S+/g;

/** The commands that make users again what they were. @internal */
export function usersBack(before: UserRules, now: UserRules): string[][] {
  const [old, present] = [byName(before), byName(now)];
  const added = [...present.keys()].filter((name) => !old.has(name));
  const commands = added.map((name) => ['ACL', 'DELUSER', name]);
  for (const [name, rules] of old) {
    const found = present.get(name)?.join(' ') ?? '';
    if (found === rules.join(' ')) continue;
    const selectors = found.includes('(') ? ['clearselectors'] : [];
    commands.push(['ACL', 'SETUSER', name, ...NO_RIGHTS, ...selectors, ...rules]);
  }
  return commands;
}

function byName(lines: UserRules): Map<string, string[]> {
  const users = new Map<string, string[]>();
  for (const line of lines) {
    const [, name = '', ...rules] = line.match(WORDS) ?? [];
    users.set(name, rules);
  }
  return users;
}
