import type { Completed, CompletedCommand, CompletedOption, CompletionModel } from './model.js';

/** A script for zsh: a function for its `fpath`, or to be sourced after \`compinit\`. @internal */
export function zshCompletion({ program, commands, labs }: CompletionModel): string {
  const name = `_${program}`;
  return `#compdef ${program}
# Completion of ${program} for zsh: save it as ${name} in a folder of $fpath, or source it after compinit.
${name}_labs() {
  local -a labs variants
  labs=(${[...labs.keys()].join(' ')})
  variants=(${[...labs].flatMap(([lab, names]) => names.map((one) => `${lab}/${one}`)).join(' ')})
  if [[ $PREFIX == */* ]]; then compadd -a variants; else compadd -a labs; fi
  _files
}
${name}() {
  local -a commands
  commands=(
${commands.map(({ name: command, description }) => `    ${quoted(`${command}:${description}`)}`).join('\n')}
  )
  local context state line
  typeset -A opt_args
  _arguments -C '(-h --help)'{-h,--help}'[display help]' '(-V --version)'{-V,--version}'[print the version]' \\
    '1:command:->command' '*::argument:->argument'
  case $state in
    command) _describe -t commands command commands ;;
    argument)
      case $words[1] in
${commands.map((command) => commandCase(command, name)).join('\n')}
      esac ;;
  esac
}
if [[ $funcstack[1] == ${name} ]]; then ${name} "$@"; else compdef ${name} ${program}; fi
`;
}

function commandCase({ name, options, argument }: CompletedCommand, prefix: string): string {
  const specs = [
    ...options.map((option) => optionSpec(option, prefix)),
    ...(argument.kind === 'nothing' ? [] : [quoted(`*:argument:${action(argument, prefix)}`)]),
  ];
  return `        ${name}) _arguments ${specs.join(' \\\n          ')} ;;`;
}

function optionSpec({ flags, description, value }: CompletedOption, prefix: string): string {
  const text = `[${description.replaceAll(/[[\]\\:]/g, String.raw`\$&`)}]`;
  const behind = value.kind === 'nothing' ? '' : `:value:${action(value, prefix)}`;
  const spec = quoted(`${text}${behind}`);
  // An option may be given again.
  return flags.length === 1 ? `'*'${flags[0]}${spec}` : `'*'{${flags.join(',')}}${spec}`;
}

function action(value: Completed, prefix: string): string {
  switch (value.kind) {
    case 'words':
      return `(${value.words.join(' ')})`;
    case 'lab':
      return `${prefix}_labs`;
    case 'file':
      return '_files';
    case 'folder':
      return '_files -/';
    default:
      return ' ';
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
