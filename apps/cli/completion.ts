import type { Command, Option } from 'commander';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** A word that can be typed at some place, and what it is for. */
interface Word {
  readonly word: string;
  readonly about: string;
}

/** What can be typed after a command: its subcommands and options, and the values of options that have a choice. */
interface Place {
  /** `devices list`; empty at the top. */
  readonly path: string;
  readonly commands: readonly Word[];
  readonly options: readonly Word[];
  readonly choices: readonly { readonly flags: readonly string[]; readonly values: readonly string[] }[];
  /** Options after which something is typed that is not known here: a file, a name. */
  readonly taking: readonly string[];
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';
const flagsOf = ({ short, long }: Option): string[] => [short, long].filter((flag) => flag !== undefined);

/** All places of the tree, the top first. */
export function placesOf(command: Command, path: readonly string[] = []): Place[] {
  const visible = command.createHelp().visibleCommands(command);
  const options = command.createHelp().visibleOptions(command);
  const place: Place = {
    path: path.join(' '),
    commands: visible.map((child) => ({ word: child.name(), about: firstLine(child.description()) })),
    options: options.flatMap((option) =>
      flagsOf(option)
        .filter((flag) => flag.startsWith('--'))
        .map((word) => ({ word, about: firstLine(option.description) })),
    ),
    choices: options
      .filter(({ argChoices }) => argChoices !== undefined)
      .map((option) => ({ flags: flagsOf(option), values: option.argChoices ?? [] })),
    taking: options.filter(({ required, optional }) => required || optional).flatMap(flagsOf),
  };
  const children = visible.filter((child) => child.name() !== 'help');
  return [place, ...children.flatMap((child) => placesOf(child, [...path, child.name()]))];
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const words = (list: readonly Word[]): string => list.map(({ word }) => word).join(' ');

const caseOf = (place: Place): string => {
  const choices = place.choices.map(
    ({ flags, values }) => `        ${flags.join('|')}) values=${quoted(values.join(' '))} ;;`,
  );
  const others = place.taking.filter((flag) => !place.choices.some(({ flags }) => flags.includes(flag)));
  const free = others.length > 0 ? [`        ${others.join('|')}) free=1 ;;`] : [];
  return [
    `    ${quoted(place.path)})`,
    `      commands=${quoted(words(place.commands))} options=${quoted(words(place.options))}`,
    ...(choices.length + free.length === 0
      ? []
      : ['      case "$previous" in', ...choices, ...free, '      esac']),
    '      ;;',
  ].join('\n');
};

const bash = (
  places: readonly Place[],
): string => `# Completion of godwit for bash: source <(godwit completion bash)
_godwit() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local place='' commands='' options='' values='' free='' word index
  local places=${quoted(`|${places.map(({ path }) => path).join('|')}|`)}
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    case "$places" in *"|\${place:+$place }$word|"*) place="\${place:+$place }$word" ;; esac
  done
  case "$place" in
${places.map(caseOf).join('\n')}
  esac
  if [ -n "$values" ]; then COMPREPLY=($(compgen -W "$values" -- "$current"))
  elif [ -n "$free" ]; then COMPREPLY=($(compgen -f -- "$current"))
  elif [[ "$current" == -* ]]; then COMPREPLY=($(compgen -W "$options" -- "$current"))
  elif [ -n "$commands" ]; then COMPREPLY=($(compgen -W "$commands" -- "$current"))
  else COMPREPLY=($(compgen -f -- "$current"))
  fi
}
complete -o filenames -F _godwit godwit
`;

const described = (list: readonly Word[]): string =>
  list.map(({ word, about }) => quoted(`${word.replaceAll(':', '\\:')}:${about}`)).join(' ');

const zshCase = (place: Place): string =>
  [
    `    ${quoted(place.path)})`,
    `      commands=(${described(place.commands)})`,
    `      options=(${described(place.options)})`,
    ...(place.choices.length + place.taking.length === 0
      ? []
      : [
          '      case "$previous" in',
          ...place.choices.map(
            ({ flags, values }) => `        ${flags.join('|')}) values=(${values.join(' ')}) ;;`,
          ),
          ...place.taking
            .filter((flag) => !place.choices.some(({ flags }) => flags.includes(flag)))
            .map((flag) => `        ${flag}) free=1 ;;`),
          '      esac',
        ]),
    '      ;;',
  ].join('\n');

const zsh = (places: readonly Place[]): string => `#compdef godwit
# Completion of godwit for zsh: source <(godwit completion zsh)
_godwit() {
  local place='' word previous="\${words[CURRENT-1]}" free=''
  local -a commands options values
  local places=${quoted(`|${places.map(({ path }) => path).join('|')}|`)}
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$places" in *"|\${place:+$place }$word|"*) place="\${place:+$place }$word" ;; esac
  done
  case "$place" in
${places.map(zshCase).join('\n')}
  esac
  if (( \${#values} )); then compadd -a values
  elif [[ -n "$free" ]]; then _files
  elif [[ "$PREFIX" == -* ]]; then _describe 'option' options
  elif (( \${#commands} )); then _describe 'command' commands
  else _files
  fi
}
compdef _godwit godwit
`;

const fishPlace = ({ path, commands, options, choices, taking }: Place): string[] => {
  const when = `-n ${quoted(`__godwit_at ${quoted(path)}`)}`;
  return [
    ...commands.map(
      ({ word, about }) => `complete -c godwit ${when} -f -a ${quoted(word)} -d ${quoted(about)}`,
    ),
    ...options.map(({ word, about }) => {
      const values = choices.find(({ flags }) => flags.includes(word))?.values;
      const takes = values ? ` -x -a ${quoted(values.join(' '))}` : taking.includes(word) ? ' -r' : '';
      return `complete -c godwit ${when} -l ${word.slice(2)} -d ${quoted(about)}${takes}`;
    }),
  ];
};

const fish = (
  places: readonly Place[],
): string => `# Completion of godwit for fish: godwit completion fish | source
function __godwit_at
    set -l place
    set -l places ${places.map(({ path }) => quoted(path)).join(' ')}
    for word in (commandline -opc)[2..-1]
        set -l next (string trim -- "$place $word")
        contains -- "$next" $places; and set place $next
    end
    test "$place" = "$argv[1]"
end
${places.flatMap(fishPlace).join('\n')}
`;

const scripts: Readonly<Record<Shell, (places: readonly Place[]) => string>> = { bash, zsh, fish };

/** A script that completes this tree of commands in that shell. */
export const completionScript = (program: Command, shell: Shell): string => scripts[shell](placesOf(program));
