/** The environment in which goheap believes that its standard output is a terminal of so many columns: what it prints still comes here. */

export function narrowTerminal(columns: number): Record<string, string> {
  const program = `Object.assign(process.stdout,{isTTY:true,columns:${columns},getWindowSize:()=>[${columns},24]})`;
  return {NODE_OPTIONS: `--import=data:text/javascript,${program}`, NO_COLOR: '1'};
}
