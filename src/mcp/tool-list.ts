/**
 * The tools that `goheap mcp` offers: what each is for and which arguments it takes, as JSON schemas. What they answer is in tool-answers.ts.
 */

export interface ToolParameter {
  readonly type: 'string' | 'integer' | 'boolean' | 'array';
  readonly description: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly items?: {readonly type: 'string'; readonly maxLength: number};
}
export interface Tool {
  readonly name: ToolName;
  readonly description: string;
  readonly parameters: Readonly<Record<string, ToolParameter>>;
  readonly required: readonly string[];
}
export type ToolName = (typeof NAMES)[number];

const NAMES = ['info', 'suspects', 'holders', 'owners', 'path', 'object', 'held-by', 'whatif', 'goroutines', 'diff', 'query'] as const;

const LONGEST_NAME = 2000;
const MOST_NAMES = 20;

const input: ToolParameter = {type: 'integer', minimum: 1, description: 'which dump, by its number; info lists them; default 1'};
const object: ToolParameter = {
  type: 'string',
  maxLength: LONGEST_NAME,
  description: 'node id, address (0xc000…), variable (main.cache), path from one (main.cache.first), or "goroutine 17"',
};
const text = (description: string): ToolParameter => ({type: 'string', maxLength: LONGEST_NAME, description});
const texts = (description: string): ToolParameter => ({
  type: 'array',
  maxItems: MOST_NAMES,
  items: {type: 'string', maxLength: LONGEST_NAME},
  description,
});
const top = (count: number, what: string): ToolParameter => ({
  type: 'integer',
  minimum: 1,
  maximum: 100,
  description: `how many ${what}; default ${count}`,
});

export const TOOLS: readonly Tool[] = [
  {
    name: 'info',
    description: 'What program was dumped, its heap, goroutines and memory by use, and what could not be read. Start here.',
    parameters: {input},
    required: [],
  },
  {
    name: 'suspects',
    description:
      'What leaks, what keeps memory without need, what is wasted: findings, worst first, each with what to do and a call that shows more.',
    parameters: {input, top: top(8, 'findings')},
    required: [],
  },
  {
    name: 'holders',
    description:
      'What holds the memory, in names: a row is what becomes garbage when that goes; rows sum up to the live heap. With under: the level below a node.',
    parameters: {input, under: {...object, description: `the level below this node: ${object.description}`}, top: top(12, 'rows')},
    required: [],
  },
  {
    name: 'owners',
    description: 'Whose bytes these are: every reachable object belongs to the nearest named struct on the path to it, else to a variable.',
    parameters: {input, filter: text('only names that contain this'), top: top(15, 'rows')},
    required: [],
  },
  {
    name: 'path',
    description:
      'Who keeps this object alive: the pointers from a variable or goroutine to it, with what setting each to nil would release.',
    parameters: {
      input,
      object,
      all: {type: 'integer', minimum: 1, maximum: 20, description: 'up to this many different paths; default 1'},
      avoid: texts('not through these: OBJECT+OFFSET, or all pointers of OBJECT'),
    },
    required: ['object'],
  },
  {
    name: 'object',
    description: 'One object, variable or goroutine: its type and sizes, what it points to, what points to it, what it alone keeps alive.',
    parameters: {input, object, top: top(12, 'pointers of each direction')},
    required: ['object'],
  },
  {
    name: 'held-by',
    description: 'By which paths all objects of a type or an owner are held, as one tree with what each step would release.',
    parameters: {
      input,
      type: text('objects of this type (main.Session)'),
      owner: text('objects of this owner, as owners names it'),
      exclude: texts('steps to leave out: by which other paths are they held?'),
    },
    required: [],
  },
  {
    name: 'whatif',
    description:
      'How much would become garbage if pointers were set to nil (cut) or objects were gone (drop), together, and who would hold the rest.',
    parameters: {
      input,
      cut: texts('pointers: a path (main.srv.cache), a field of all values (main.Session.buf), OBJECT+OFFSET, or all of OBJECT'),
      drop: texts('objects, variables, types, or what a path leads to'),
    },
    required: [],
  },
  {
    name: 'goroutines',
    description: 'Goroutines by equal stacks: what they wait for, since when, what they cost; leaked: those that can never run again.',
    parameters: {
      input,
      leaked: {type: 'boolean', description: 'only those that nothing can wake; default false'},
      locals: {type: 'boolean', description: 'also local variables with what each retains; default false'},
      top: top(6, 'groups, the most expensive first'),
    },
    required: [],
  },
  {
    name: 'diff',
    description: 'What is different between two dumps of a program, in sentences and tables. Needs two inputs.',
    parameters: {
      before: {...input, description: 'number of the earlier dump; default 1'},
      after: {...input, description: 'number of the later dump; default 2'},
      top: top(6, 'rows of each table'),
    },
    required: [],
  },
  {
    name: 'query',
    description:
      'One reading SQL statement (SQLite) over the tables of a dump, for what no other tool answers. SELECT name, sql FROM sqlite_schema shows them.',
    parameters: {
      input,
      sql: {type: 'string', maxLength: 20_000, description: 'one SELECT, WITH, VALUES or EXPLAIN statement'},
      top: top(50, 'rows'),
    },
    required: ['sql'],
  },
];
