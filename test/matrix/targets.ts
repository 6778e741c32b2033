/**
 * The build variations that goheap promises to read, as targets of fixtures/make-cores.sh with what the executable must say
 * about itself: a variation that the toolchain silently ignored would prove nothing.
 */
export interface MatrixTarget {
  readonly name: string;
  readonly version: string;
  readonly variation: string;
  /** Build settings of the executable (`go version -m`); Go 1.17 writes down none. */
  readonly settings: Readonly<Record<string, string>>;
  readonly pie: boolean;
  /** No symbols and no debug information. */
  readonly stripped: boolean;
  /** What the version line must say about experiments; '' when there must be none. */
  readonly experiment: string;
}

const VERSIONS = ['1.17.13', '1.18.10', '1.19.13', '1.20.14', '1.21.13', '1.22.12', '1.23.12', '1.24.13', '1.25.12', '1.26.8', '1.27.1'];
const NEWEST = ['1.26.8'];
const SOME = ['1.18.10', '1.21.13', '1.22.12', '1.24.13', '1.26.8', '1.27.1'];

const VARIATIONS: readonly {
  readonly suffix: string;
  readonly settings?: Readonly<Record<string, string>>;
  readonly experiment?: string;
  readonly versions?: readonly string[];
}[] = [
  {suffix: ''},
  {suffix: 'kabrt'},
  {suffix: 'pie', versions: SOME},
  {suffix: 'pie+kabrt', versions: NEWEST},
  ...['kquit', 'kpanic', 'knil', 'gcoff'].map((suffix) => ({suffix, versions: NEWEST})),
  {suffix: 'noopt', settings: {'-gcflags': 'all=-N -l'}, versions: SOME},
  {suffix: 'greenteagc', experiment: 'greenteagc', versions: ['1.25.12']},
  {suffix: 'nogreenteagc', experiment: 'nogreenteagc', versions: ['1.26.8', '1.27.1']},
  {suffix: 'noallocheaders', experiment: 'noallocheaders', versions: ['1.22.12']},
  {suffix: 'stripped'},
  {suffix: 'strip', versions: NEWEST},
  {suffix: 'stripped+kabrt', versions: NEWEST},
  {suffix: 'cgo', settings: {CGO_ENABLED: '1'}, versions: ['1.17.13', '1.22.12', '1.26.8']},
  {suffix: 'race', settings: {'-race': 'true'}, versions: NEWEST},
  {suffix: 'v3', settings: {GOAMD64: 'v3'}, versions: NEWEST},
  {suffix: 'arm64', settings: {GOARCH: 'arm64'}, versions: ['1.17.13', '1.18.10', '1.20.14', '1.22.12', '1.24.13', '1.26.8', '1.27.1']},
];

export const MATRIX: readonly MatrixTarget[] = VERSIONS.flatMap((version) =>
  VARIATIONS.filter(({versions}) => versions === undefined || versions.includes(version)).map(({suffix, settings, experiment}) => ({
    name: `zoo-${version}${suffix && `-${suffix}`}`,
    version,
    variation: suffix || 'gcore',
    settings: version.startsWith('1.17.') ? {} : (settings ?? {}),
    pie: suffix.startsWith('pie'),
    stripped: suffix.startsWith('strip'),
    experiment: experiment ?? '',
  })),
);
