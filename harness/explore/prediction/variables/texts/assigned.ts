import { parse, type AnyNode, type Node, type Pattern, type Program } from 'acorn';
import { full } from 'acorn-walk';

/** Says of a variable whether it may get another value after the one that it has. @internal */
export type MayChange = (name: string, value: unknown) => boolean;

const LENGTH_MAX = 2_000_000;

/** What a script says of its variables, by name: which of several of one name it is makes no difference. */
interface Said {
  /** Something is assigned to them after they got their first value. */
  readonly assigned: Set<string>;
  /** They have no value before their declaration is come to. */
  readonly declared: Set<string>;
  /** They are variables of another module. */
  readonly imported: Set<string>;
  /** Functions declared in blocks: without strict mode each is assigned to a variable outside. */
  readonly inBlocks: Set<string>;
  /** Any variable may be assigned to by a name that does not show. */
  wild: boolean;
}

/**
 * Which variables of a script may change, by its text.
 *
 * @param source - its text, where that is known
 * @internal
 */
export function assignedIn(source: string | undefined): MayChange {
  const program = source === undefined || source.length > LENGTH_MAX ? undefined : programOf(source);
  if (program === undefined) return () => true;
  const said: Said = {
    assigned: new Set(),
    declared: new Set(),
    imported: new Set(),
    inBlocks: new Set(),
    wild: false,
  };
  full(program, (node) => read(node, said));
  if (said.wild) return () => true;
  const { assigned, declared, imported } = said;
  if (!isStrict(program, source!)) for (const name of said.inBlocks) assigned.add(name);
  return (name, value) => {
    if (assigned.has(name)) return true;
    if (value === undefined) return declared.has(name) || imported.has(name);
    // Who gives an object or a function another value does it in a function of that module, which is seen there.
    return imported.has(name) && typeof value !== 'object' && typeof value !== 'function';
  };
}

function programOf(source: string): Program | undefined {
  const options = {
    ecmaVersion: 'latest',
    allowAwaitOutsideFunction: true,
    allowReturnOutsideFunction: true,
    allowImportExportEverywhere: true,
    allowSuperOutsideMethod: true,
    allowHashBang: true,
  } as const;
  for (const sourceType of ['module', 'script'] as const)
    try {
      return parse(source, { ...options, sourceType });
    } catch {
      // It is the other one, or something that nobody knows yet.
    }
  return undefined;
}

/** Is all of it in strict mode, as far as that shows? */
function isStrict({ body }: Program, source: string): boolean {
  return body.some(({ type }) => /^(?:Import|Export)/.test(type)) || /(['"])use strict\1/.test(source);
}

function read(node: AnyNode, said: Said): void {
  switch (node.type) {
    case 'AssignmentExpression':
      addTarget(said, node.left);
      break;
    case 'UpdateExpression':
      addTarget(said, node.argument);
      break;
    case 'ForInStatement':
    case 'ForOfStatement':
      if (node.left.type !== 'VariableDeclaration') addTarget(said, node.left);
      else if (node.left.kind === 'var')
        for (const { id } of node.left.declarations) addNames(said.assigned, id);
      break;
    case 'VariableDeclaration':
      for (const { id, init } of node.declarations) {
        addNames(said.declared, id);
        // There may have been a value before, and there is one variable for all times that it is come to.
        if (node.kind === 'var' && init) addNames(said.assigned, id);
      }
      break;
    case 'ClassDeclaration':
      if (node.id) said.declared.add(node.id.name);
      break;
    case 'ImportDeclaration':
      for (const { local } of node.specifiers) said.imported.add(local.name);
      break;
    case 'BlockStatement':
    case 'StaticBlock':
      addFunctions(said, node.body);
      break;
    case 'SwitchCase':
      addFunctions(said, node.consequent);
      break;
    case 'WithStatement':
      said.wild = true;
      break;
    case 'CallExpression':
      if (node.callee.type === 'Identifier' && node.callee.name === 'eval') said.wild = true;
      break;
    default:
  }
}

/** What is assigned to. */
function addTarget(said: Said, target: Node): void {
  const { type, object } = target as { readonly type: string; readonly object?: AnyNode };
  // Without strict mode that is a parameter.
  if (type === 'MemberExpression' && object?.type === 'Identifier' && object.name === 'arguments')
    said.wild = true;
  addNames(said.assigned, target as Pattern);
}

function addNames(names: Set<string>, pattern: Pattern): void {
  switch (pattern.type) {
    case 'Identifier':
      names.add(pattern.name);
      break;
    case 'ObjectPattern':
      for (const one of pattern.properties)
        addNames(names, one.type === 'RestElement' ? one.argument : one.value);
      break;
    case 'ArrayPattern':
      for (const one of pattern.elements) if (one !== null) addNames(names, one);
      break;
    case 'RestElement':
      addNames(names, pattern.argument);
      break;
    case 'AssignmentPattern':
      addNames(names, pattern.left);
      break;
    default:
    // A property of something is no variable.
  }
}

function addFunctions(said: Said, body: readonly Node[]): void {
  for (const one of body as readonly AnyNode[])
    if (one.type === 'FunctionDeclaration') said.inBlocks.add(one.id!.name);
}
