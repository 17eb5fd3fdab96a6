import type { Completed, CompletedCommand, CompletedOption, CompletionModel } from './model.js';

/** A script for fish. @internal */
export function fishCompletion({ program, commands, labs }: CompletionModel): string {
  const names = [...labs.keys()];
  const variants = [...labs].flatMap(([lab, all]) => all.map((one) => `${lab}/${one}`));
  const own = `complete -c ${program}`;
  return `# Completion of ${program} for fish: save it as ~/.config/fish/completions/${program}.fish.
function __${functionName(program)}_labs
    if string match -q '*/*' -- (commandline -ct)
        printf '%s\\n' ${variants.join(' ')}
    else
        printf '%s\\n' ${names.join(' ')}
    end
end
${own} -f -n __fish_use_subcommand -s h -l help -d 'display help'
${own} -f -n __fish_use_subcommand -s V -l version -d 'print the version'
${commands.map(({ name, description }) => `${own} -f -n __fish_use_subcommand -a ${name} -d ${quoted(description)}`).join('\n')}
${commands.flatMap((command) => commandLines(command, own, program)).join('\n')}
`;
}

function functionName(program: string): string {
  return program.replaceAll('-', '_');
}

function commandLines({ name, options, argument }: CompletedCommand, own: string, program: string): string[] {
  const within = `${own} -n '__fish_seen_subcommand_from ${name}'`;
  const takes =
    argument.kind === 'file' ? [] : [`${within} ${noFiles(argument)}${offered(argument, program)}`.trimEnd()];
  return [...takes, ...options.map((option) => `${within} ${optionWords(option, program)}`)];
}

function optionWords({ flags, description, value }: CompletedOption, program: string): string {
  const spelled = flags.map((flag) =>
    flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
  );
  const behind =
    value.kind === 'nothing' ? '' : ` ${value.kind === 'file' ? '-r' : '-x'}${offered(value, program)}`;
  return `${spelled.join(' ')}${behind} -d ${quoted(description)}`;
}

/** A lab, or a file: both are offered. */
function noFiles(argument: Completed): string {
  return argument.kind === 'lab' ? '-F' : '-f';
}

function offered(value: Completed, program: string): string {
  if (value.kind === 'words') return ` -a ${quoted(value.words.join(' '))}`;
  if (value.kind === 'lab') return ` -a '(__${functionName(program)}_labs)'`;
  return value.kind === 'folder' ? " -a '(__fish_complete_directories)'" : '';
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', String.raw`\\`).replaceAll("'", String.raw`\'`)}'`;
}
