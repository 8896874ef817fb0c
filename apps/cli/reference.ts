import type { Command, Option } from 'commander';

const INTRODUCTION = `# The godwit command

<!-- Generated from apps/cli/commands by \`npm run docs\`: change the declaration, not this page. -->

Commands that talk to the administrators' API find it by themselves on the computer Godwit runs on: address and token come
from the configuration, or from what \`godwit serve\` keeps in its data directory. From elsewhere they are told with \`--url\`
and \`--token\`, or \`GODWIT_ADMIN_URL\` and \`GODWIT_ADMIN_TOKEN\`. They print tables; with \`--json\` they print what the API
answered.

| ends with | when |
| --- | --- |
| 0 | all went well |
| 1 | the server refused, or something failed |
| 2 | the command was called wrongly |
| 69 | nobody answers at the address |
| 78 | the configuration has mistakes |
`;

const cell = (text: string): string =>
  text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ');

const defaultOf = ({ defaultValue }: Option): string =>
  defaultValue === undefined || defaultValue === false ? '' : ` Default: \`${String(defaultValue)}\`.`;
const choicesOf = ({ argChoices }: Option): string => (argChoices ? ` One of ${argChoices.join(', ')}.` : '');

function optionRow(option: Option): string {
  const about = `${option.description}${choicesOf(option)}${defaultOf(option)}`;
  return `| \`${option.flags.replaceAll('|', '\\|')}\` | ${cell(about)} |`;
}

function page(command: Command, path: string): string[] {
  const help = command.createHelp();
  const children = help.visibleCommands(command).filter((child) => child.name() !== 'help');
  if (children.length > 0) {
    const group = path === '' ? [] : [`\n## godwit ${path}\n\n${cell(command.description())}.\n`];
    return [...group, ...children.flatMap((child) => page(child, `${path} ${child.name()}`.trim()))];
  }
  const args = help.visibleArguments(command);
  const options = help.visibleOptions(command).filter(({ long }) => long !== '--help');
  const rows = [
    ...args.map((argument) => `| \`${help.argumentTerm(argument)}\` | ${cell(argument.description)} |`),
    ...options.map(optionRow),
  ];
  const level = path.includes(' ') ? '###' : '##';
  const usage = `godwit ${path} ${command.usage()}`.trim();
  return [
    `\n${level} godwit ${path}\n\n${cell(command.description())}.\n\n\`\`\`sh\n${usage}\n\`\`\`\n`,
    ...(rows.length > 0 ? [`| argument or option | meaning |\n| --- | --- |\n${rows.join('\n')}\n`] : []),
  ];
}

/** The reference page of all commands (docs/operate/command.md). */
export const renderCommands = (program: Command): string =>
  `${[INTRODUCTION, ...page(program, '')].join('\n')}\n`;
