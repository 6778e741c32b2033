/**
 * The build variations that goheap promises to read, as targets of fixtures/make-cores.sh with what the executable must say
 * about itself: a variation that the toolchain silently ignored would prove nothing.
 */
export interface MatrixTarget {
  readonly name: string;
  readonly version: string;
  readonly variation: string;
  /** Build settings of the executable (`go version -m`). */
  readonly settings: Readonly<Record<string, string>>;
  /** What the version line must say about experiments; '' when there must be none. */
  readonly experiment: string;
}

const VERSIONS = ['1.22.12', '1.23.12', '1.24.13', '1.25.12', '1.26.8', '1.27.1'];

const VARIATIONS: readonly {
  readonly suffix: string;
  readonly settings?: Readonly<Record<string, string>>;
  readonly experiment?: string;
  readonly versions?: readonly string[];
}[] = [
  {suffix: ''},
  {suffix: 'kabrt'},
  {suffix: 'pie', settings: {'-buildmode': 'pie'}},
  {suffix: 'pie+kabrt', settings: {'-buildmode': 'pie'}, versions: ['1.26.8']},
  ...['kquit', 'kpanic', 'knil'].map((suffix) => ({suffix, versions: ['1.26.8']})),
  {suffix: 'noopt', settings: {'-gcflags': 'all=-N -l'}},
  {suffix: 'greenteagc', experiment: 'greenteagc', versions: ['1.25.12']},
  {suffix: 'nogreenteagc', experiment: 'nogreenteagc', versions: ['1.26.8', '1.27.1']},
];

export const MATRIX: readonly MatrixTarget[] = VERSIONS.flatMap((version) =>
  VARIATIONS.filter(({versions}) => versions === undefined || versions.includes(version)).map(({suffix, settings, experiment}) => ({
    name: `zoo-${version}${suffix && `-${suffix}`}`,
    version,
    variation: suffix || 'gcore',
    settings: {'-buildmode': 'exe', ...settings},
    experiment: experiment ?? '',
  })),
);
