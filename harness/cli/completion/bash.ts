import type { Completed, CompletedCommand, CompletedOption, CompletionModel } from './model.js';

/**
 * A script for bash, 3.2 and later. Where the function finds nothing, bash completes files by itself.
 *
 * @internal
 */
export function bashCompletion({ program, commands, labs }: CompletionModel): string {
  const name = `_${program.replaceAll('-', '_')}`;
  return `# Completion of ${program} for bash: source this file in ~/.bashrc.
${name}_words() {
  COMPREPLY=($(compgen -W "$1" -- "$cur"))
  compopt +o default 2>/dev/null || true
}
${name}_labs() {
  ${name}_words '${[...labs.keys()].join(' ')}'
  # The name of one lab, or of a variant of it: files, where it is neither.
  local lab="\${cur%%/*}"
  if [[ $cur != */* && \${#COMPREPLY[@]} -eq 1 ]]; then lab="\${COMPREPLY[0]}"; fi
  case $lab in
${[...labs].map(([lab, variants]) => `    ${lab}) ${name}_words '${[lab, ...variants.map((one) => `${lab}/${one}`)].join(' ')}' ;;`).join('\n')}
  esac
  if [[ \${#COMPREPLY[@]} -eq 0 ]]; then compopt -o default 2>/dev/null || true; fi
}
${name}() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD - 1]}" command= at
  COMPREPLY=()
  # Bash takes --option=value for three words.
  if [[ $cur == = ]]; then cur=; fi
  if [[ $prev == = && $COMP_CWORD -ge 2 ]]; then prev="\${COMP_WORDS[COMP_CWORD - 2]}"; fi
  for ((at = 1; at < COMP_CWORD; at++)); do
    if [[ \${COMP_WORDS[at]} != -* ]]; then command="\${COMP_WORDS[at]}"; break; fi
  done
  case $command in
    '') ${name}_words '${[...commands.map((one) => one.name), 'help', '--help', '--version'].join(' ')}' ;;
${commands.map((command) => commandCase(command, name)).join('\n')}
  esac
}
complete -o default -F ${name} ${program}
`;
}

function commandCase({ name, options, argument }: CompletedCommand, prefix: string): string {
  const takesValue = options.filter(({ value }) => value.kind !== 'nothing');
  const values = takesValue.map((option) => valueCase(option, prefix));
  const flags = options.flatMap((option) => option.flags).join(' ');
  return `    ${name})
      case $prev in
${[...values, '        *)'].join('\n')}
          if [[ $cur == -* ]]; then ${prefix}_words '${flags}'; else ${action(argument, prefix)}; fi ;;
      esac ;;`;
}

function valueCase({ flags, value }: CompletedOption, prefix: string): string {
  return `        ${flags.join('|')}) ${action(value, prefix)} ;;`;
}

function action(value: Completed, prefix: string): string {
  if (value.kind === 'words') return `${prefix}_words '${value.words.join(' ')}'`;
  if (value.kind === 'lab') return `${prefix}_labs`;
  // Nothing is found here, and so files are offered.
  if (value.kind === 'file' || value.kind === 'folder') return ':';
  return `${prefix}_words ''`;
}
