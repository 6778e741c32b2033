/**
 * What a check says of a dump: a number beside its limit, a finding, or a row of a rule.
 */
export interface Verdict {
  readonly check: string; // the flag, or the name of the rule
  readonly about: string; // the name or title; '' where the check says it
  readonly passed: boolean | null; // null: the dump cannot say
  readonly measured: number | null;
  readonly limit: number | null;
  readonly message: string;
  readonly fix: string; // '' where it passed, or none is known
  readonly node_id: number | null;
}

export function verdict(check: string, passed: boolean | null, message: string, more: Partial<Verdict> = {}): Verdict {
  return {check, about: '', passed, measured: null, limit: null, fix: '', node_id: null, message, ...more};
}
