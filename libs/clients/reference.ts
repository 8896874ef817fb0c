import { everybody } from './everybody.js';
import { quirks } from './quirks.js';

const INTRODUCTION = `# Clients and their quirks

<!-- Generated from libs/clients by \`npm run docs\`: change the declaration, not this page. -->

Each entry has a switch of its name under \`clients\` in the configuration: \`auto\` is the default told here, \`on\` is for
the clients it names, \`all\` for every client, \`off\` for nobody. A profile is found by device id, DeviceType and User-Agent.
`;

/** The page of all client quirks (docs/operate/clients.md). */
export function renderClients(): string {
  const rows = Object.entries(quirks).map(
    ([name, { concerns, clients, about, byDefault }]) =>
      `| \`${name}\` | ${concerns} | ${clients} | ${byDefault === 'named' ? '`on`' : '`off`'} | ${about} |`,
  );
  const always = everybody.map(({ clients, about }) => `| ${clients} | ${about} |`);
  return [
    INTRODUCTION,
    '| quirk | concerns | clients | `auto` is | what is done |\n| --- | --- | --- | --- | --- |',
    ...rows,
    '\n## For everybody\n\nSome clients need these, none is hurt by them: there is no switch.\n',
    '| needed by | what is done |\n| --- | --- |',
    ...always,
    '',
  ].join('\n');
}
