/**
 * Markdown → the same Markdown with the flags that the commands have now. Between `<!-- flags: NAME -->` and `<!-- end -->` stands how the
 * command NAME is called and a table of its own flags; `<!-- flags: * -->` has those of every command that takes an INPUT.
 */
import {readProjectFile} from './source-files.js';

interface Flag {
  readonly name: string;
  readonly char?: string;
  readonly description?: string;
  readonly type: 'boolean' | 'option';
  readonly helpValue?: string;
  readonly options?: readonly string[];
  readonly default?: string | number | boolean;
  readonly env?: string;
  readonly multiple?: boolean;
  readonly hidden?: boolean;
}
interface Command {
  readonly args: Readonly<Record<string, {readonly name: string; readonly description?: string; readonly required?: boolean}>>;
  readonly flags: Readonly<Record<string, Flag>>;
}

const MARKED = /<!-- flags: (\S+(?: \S+)?) -->\n(?:.*\n)*?<!-- end -->/g;

/** All commands of goheap by name, from the manifest that oclif writes. */
export function readCommands(): Readonly<Record<string, Command>> {
  const {commands} = JSON.parse(readProjectFile('oclif.manifest.json')) as {commands: Record<string, Command>};
  return Object.fromEntries(Object.entries(commands).map(([id, command]) => [id.replace(':', ' '), command]));
}

export function renderFlagTables(markdown: string): string {
  const commands = readCommands();
  const visible = ({flags}: Command) => Object.values(flags).filter(({hidden}) => hidden !== true);
  const lists = Object.values(commands)
    .filter(({args}) => 'input' in args)
    .map(visible);
  const shared = lists[0]!.filter(({name}) => lists.every((list) => list.some((flag) => flag.name === name)));
  return markdown.replace(MARKED, (_, name: string) => {
    const command = name === '*' ? undefined : commands[name];
    if (command === undefined && name !== '*') throw new Error(`There is no command ${name}`);
    const sharedNames = shared.map((flag) => flag.name);
    const flags = command === undefined ? shared : visible(command).filter((flag) => !sharedNames.includes(flag.name));
    const usage = command === undefined ? [] : ['```', `goheap ${name} ${usageOf(command)}`, '```'];
    const table = flags.length === 0 ? [] : ['', '| flag | |', '|---|---|', ...flags.map(rowOf)];
    return [`<!-- flags: ${name} -->`, ...usage, ...table, '<!-- end -->'].join('\n');
  });
}

function usageOf(command: Command): string {
  const names = Object.values(command.args).map(({name, required}) => (required === true ? name.toUpperCase() : `[${name.toUpperCase()}]`));
  return [...names, '[flags]'].join(' ');
}

function rowOf(flag: Flag): string {
  const short = flag.char === undefined ? '' : `-${flag.char}, `;
  const value = flag.type === 'boolean' ? '' : ` ${flag.options?.join('|') ?? flag.helpValue ?? flag.name.toUpperCase()}`;
  const hasDefault = flag.type === 'option' && flag.default !== undefined && flag.default !== '';
  const rest = [hasDefault ? `default ${flag.default}` : '', flag.env === undefined ? '' : `or ${flag.env} in the environment`];
  const text = [flag.description ?? '', ...rest].filter((part) => part !== '').join('; ');
  return `| \`${short}--${flag.name}${value.replaceAll('|', '\\|')}\`${flag.multiple === true ? ' …' : ''} | ${text.replaceAll('|', '\\|')} |`;
}
