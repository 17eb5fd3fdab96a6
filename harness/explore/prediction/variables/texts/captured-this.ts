import { parse, type Node } from 'acorn';
import { recursive } from 'acorn-walk';
import { mayEvaluate } from './direct-eval.js';

/** What a function takes from where it is written, and V8 shows to nobody. @internal */
export type Captured = 'nothing' | 'this' | 'super';

/**
 * An arrow function may use `this` or `super` of the code around it; a method its `super`, whatever it is called on.
 *
 * @param text - of the function
 * @internal
 */
export function capturedBy(text: string): Captured {
  if ((!/\b(?:this|super)\b/.test(text) && !mayEvaluate(text)) || /^class[\s{]/.test(text)) return 'nothing';
  // A method may be called `function`, and looks like one.
  if (/^(?:async\s+)?function\b/.test(text)) return /\bsuper\b/.test(text) ? 'super' : 'nothing';
  // What is evaluated may name it.
  const found = { captured: mayEvaluate(text) };
  const note = (): void => void (found.captured = true);
  const arrow = parsed(`(${text}\n)`);
  if (arrow === undefined) {
    // What is no method, either, may be anything.
    if (parsed(`(class { ${text}\n})`) === undefined) return 'this';
    return /\bsuper\b/.test(text) ? 'super' : 'nothing';
  }
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
  return found.captured ? 'this' : 'nothing';
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
