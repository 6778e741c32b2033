/**
 * What a command's message tells its user to do → the same for who asks through tools: their arguments in place of flags, their names in place of commands.
 * What the server is started with stays a flag.
 */

const TOOL_FOR: readonly (readonly [RegExp, string])[] = [
  [/goheap histogram INPUT --by owner lists/g, 'The tool owners lists'],
  [/goheap histogram INPUT lists the types/g, 'The tool query lists the types: SELECT name FROM types'],
  [/goheap objects INPUT --type '(.*?)'(?=[\s.]|$)/gs, 'the tool held-by with type "$1"'],
  [/goheap top lists/g, 'The tool holders lists'],
  [/--(all|avoid|cut|drop|exclude|leaked|locals|owner|top|type|under)\b/g, '$1'],
];

export function inToolWords(text: string): string {
  return TOOL_FOR.reduce((told, [command, tool]) => told.replace(command, tool), text);
}
