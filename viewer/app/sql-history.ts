/**
 * Statements that were run in this tab, the last one first. They may name what is in the dump: they go with the tab.
 */
const KEY = 'goheap-sql';
const KEPT = 50;

export function historyOf(): readonly string[] {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? '[]') as string[];
  } catch {
    return [];
  }
}

export function addToHistory(sql: string): void {
  const kept = [sql, ...historyOf().filter((other) => other !== sql)].slice(0, KEPT);
  try {
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // Without storage there is no history.
  }
}
