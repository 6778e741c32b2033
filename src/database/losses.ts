/**
 * `meta` of a database → what its dump could not tell, in sentences for people: what is missing from every answer, and what would
 * bring it back. Single problems with their places are in the table of warnings.
 */

type Facts = Readonly<Record<string, unknown>>;

/** What every front end says where it shows counts of a dump that could not be read in full. */
export const AT_LEAST = "Parts of the dump could not be read: counts and sizes are 'at least', and what looks unreachable may be alive.";

/** Most important first; none for a whole dump of a program with its executable and debug information. */
export function listLosses(facts: Facts): string[] {
  return RULES.filter(({applies}) => applies(facts)).map(({say}) => (typeof say === 'string' ? say : say(facts)));
}

const RULES: readonly {readonly applies: (facts: Facts) => boolean; readonly say: string | ((facts: Facts) => string)}[] = [
  {applies: ({complete}) => complete === 0, say: AT_LEAST},
  {
    applies: ({source, executable}) => source === 'core' && executable === undefined,
    say: 'No executable: the program is read from the memory that the core holds. --exe FILE gives what it lacks.',
  },
  {
    applies: ({dwarf}) => dwarf === 'none',
    say:
      'No debug information: types are those that the runtime itself keeps, local variables have no names, and what the program laid out behind its ' +
      'variables has neither name nor type: it stands by its place (data+0x…, bss+0x…). ' +
      '--debug-file FILE (the unstripped program, or its separate debug information) gives them back.',
  },
  {
    applies: ({runtime_names: names}) => names === 'search',
    say: ({go_version: version}) =>
      `No symbols: the runtime's variables were found by searching its memory for the structures of ${version}; other globals go by address.`,
  },
  {
    applies: ({lost_variables: lost}) => lost !== undefined,
    say: ({lost_variables: lost}) => `Not found in this program: ${lost}. What only these hold looks unreachable.`,
  },
  {
    applies: ({threads}) => threads === 0,
    say: 'No threads in the core: goroutines that were running stand where the scheduler last saw them, without registers.',
  },
];
