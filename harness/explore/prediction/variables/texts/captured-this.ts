import { parse, type Node } from 'acorn';
import { recursive } from 'acorn-walk';

/**
 * Is a function an arrow function that uses `this` or `super` of the code around it? V8 keeps these with its variables, and
 * shows them to nobody.
 *
 * @param text - of the function
 * @internal
 */
export function capturesThis(text: string): boolean {
  if (!/\b(?:this|super)\b/.test(text) || /^(?:class|(?:async\s+)?function)\b/.test(text)) return false;
  const found = { captured: false };
  const note = (): void => void (found.captured = true);
  const arrow = parsed(`(${text}\n)`);
  // A method has a `this` of its own; what is neither of both may be anything.
  if (arrow === undefined) return parsed(`(class { ${text}\n})`) === undefined;
  recursive<typeof found>(arrow, found, {
    ThisExpression: note,
    Super: note,
    FunctionExpression: ofItsOwn,
    FunctionDeclaration: ofItsOwn,
    StaticBlock: ofItsOwn,
    PropertyDefinition: ({ computed, key }, state, go) => {
      if (computed) go(key, state);
    },
  });
  return found.captured;
}

function ofItsOwn(): void {
  // What it calls `this` is what it was called with.
}

function parsed(text: string): Node | undefined {
  try {
    return parse(text, {
      ecmaVersion: 'latest',
      sourceType: 'script',
      allowAwaitOutsideFunction: true,
      allowSuperOutsideMethod: true,
      allowImportExportEverywhere: true,
      checkPrivateFields: false,
    });
  } catch {
    return undefined;
  }
}
