// What was solved, and in how many steps. It is kept in a cookie, which knows no port: each start of the server has another one, and
// what a browser stores otherwise is lost with it. Names of levels are not in it, only short numbers of them.

const NAME = 'race-lab-solved';
const DAYS = 400;

/** FNV-1a: short, and the same for ever. */
function keyOf(level) {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(level)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(36);
}

function all() {
  const text = document.cookie
    .split('; ')
    .find((one) => one.startsWith(`${NAME}=`))
    ?.slice(NAME.length + 1);
  const solved = new Map();
  for (const [, key, steps, star] of (text ?? '').matchAll(/([\da-z]{1,7})\.(\d{1,5})(s?)/g))
    solved.set(key, { steps: Number(steps), withinGoal: star === 's' });
  return solved;
}

/** @returns undefined for a level that is not solved */
export function solvedIn(level) {
  return all().get(keyOf(level));
}

/** Keeps the better of this and what was there before. */
export function solve(level, { steps, withinGoal }) {
  const solved = all();
  const before = solved.get(keyOf(level));
  if (before !== undefined && before.steps <= steps) return;
  solved.set(keyOf(level), { steps, withinGoal });
  const text = [...solved].map(([key, one]) => `${key}.${one.steps}${one.withinGoal ? 's' : ''}`).join('_');
  // The first part of the path is the same in every session. Whatever else listens on this machine, at any port, is sent it as well
  // where it is asked for such a path: it learns which levels were solved, in how many steps, and nothing more.
  const path = `/${location.pathname.split('/')[1]}`;
  document.cookie = `${NAME}=${text}; path=${path}; max-age=${DAYS * 86_400}; samesite=strict`;
}
