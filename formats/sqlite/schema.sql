-- goheap's SQLite database, schema version 2: the single source of its tables, columns and views.
--
-- Sizes are bytes, addresses plain integers (print with printf('0x%x', address)), booleans 0/1. NULL is "not known" or
-- "there is none", never 0. Node ids: 0 is the program, then come the root nodes, then the objects in address order.
-- Columns are only ever added; a renamed or removed one gets a new schema_version.
-- REFERENCES says what an id is of, and holds in every row. A node id may be of a root node or of an object, so it says nothing.

PRAGMA application_id = 0x676f6870; -- "gohp", in the file's header: https://sqlite.org/fileformat2.html section 1.3
PRAGMA user_version = 2;            -- the schema version

-- What the database is about: one row a fact. Keys are listed in formats/sqlite/README.md.
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value ANY                    -- text or number
) STRICT, WITHOUT ROWID;

-- Everything that could not be read, or is approximate.
CREATE TABLE warnings (
  code TEXT,                   -- stable name of the problem
  message TEXT,                -- a sentence about its first occurrence
  count INTEGER                -- occurrences
) STRICT;

-- Go types, or classes and arrays of Java (a row a class, and a row a kind of array: `java.lang.String[]`, of the kind of its elements). Row 0 is "unknown"; the row "noscan", of kind unknown too, is that of objects without pointers of which nothing else is known.
CREATE TABLE types (
  id INTEGER PRIMARY KEY,
  name TEXT,                   -- with full package paths; two local types may share one; NULL for row 0
  package TEXT,                -- import path of a named type
  content_package TEXT,        -- the same, else that of what is in it: of a pointer, slice, array, channel or map its element's, else its key's
  kind TEXT,                   -- reflect.Kind's name, or 'unknown' for what is no real type
  size INTEGER,                -- of one value
  pointer_words INTEGER,       -- words of one value that hold pointers
  padding INTEGER,             -- bytes of one value that no field covers, nested structs and arrays included
  element_id INTEGER REFERENCES types(id), -- of the elements of a pointer, slice, array, channel or map
  key_id INTEGER REFERENCES types(id), -- of a map's keys
  length INTEGER,              -- of an array type
  runtime_address INTEGER,     -- where the program keeps its own description of the type
  objects INTEGER,             -- reachable objects of the type
  bytes INTEGER,               -- their slots
  used INTEGER,                -- what their values need; NULL for the kind unknown
  "values" INTEGER,            -- sum of their lengths
  unreachable_objects INTEGER, -- garbage that the collector had not freed yet
  unreachable_bytes INTEGER,
  retained INTEGER,            -- sum over the reachable objects without a dominator of the same type: a lower bound
  retained_exact INTEGER       -- what is freed if all of them go; for the biggest types
) STRICT;

-- Fields of struct types. What lies between offset + size and the next offset is padding.
CREATE TABLE fields (
  type_id INTEGER REFERENCES types(id), -- of the struct
  position INTEGER,            -- from 0, in order of declaration
  name TEXT,
  offset INTEGER,              -- from the start of the struct
  size INTEGER,
  field_type_id INTEGER REFERENCES types(id),
  PRIMARY KEY (type_id, position)
) STRICT, WITHOUT ROWID;

-- Every allocated object, in address order. The columns behind preview are computed when they are read, from those named last, which only save room.
CREATE TABLE objects (
  id INTEGER PRIMARY KEY,      -- node id
  address INTEGER,             -- of the slot; the program's own pointer is address + header
  size INTEGER,                -- of the slot that the allocator gave it
  type_id INTEGER REFERENCES types(id), -- of one element; 0 is unknown
  span_id INTEGER REFERENCES spans(id),
  depth INTEGER,               -- pointers from a root node on the telling path: 1 when it leads from the root node straight here
  holder_id INTEGER,           -- node before it on that path
  owner_id INTEGER,            -- owners.rank: whose it is
  path_id INTEGER,             -- paths.id: the row of its telling path, or the nearest before it that was kept
  evidence_code INTEGER,       -- see evidence
  holder_offset INTEGER DEFAULT 0, -- offset of the pointer to it inside holder_id
  slack INTEGER DEFAULT 0,     -- size less used
  dominated_bytes INTEGER DEFAULT 0, -- retained less size
  retained_objects INTEGER DEFAULT 1, -- objects that become garbage with it, itself included
  other_dominator_id INTEGER,  -- dominator_id where that is not holder_id
  length INTEGER DEFAULT 1,    -- number of elements; NULL when the type is unknown
  header INTEGER DEFAULT 0,    -- bytes that the runtime put in front of the data: 0 or 8; of Java's arrays what is in front of the elements
  reachable INTEGER DEFAULT 1, -- 0: garbage; then depth, holder, owner, path, dominator and retained are NULL
  bytes_kind TEXT,             -- of arrays of bytes: string, slice, both, other, by the headers that point there; NULL: no bytes
  preview TEXT,                -- the first bytes of a string or of printable bytes
  used INTEGER AS (size - slack), -- type size × length; NULL when the type is unknown
  evidence TEXT AS (CASE evidence_code -- how the type is known; NULL: it is not
    WHEN 1 THEN 'runtime' WHEN 2 THEN 'guess' WHEN 3 THEN 'frame' WHEN 4 THEN 'global' WHEN 5 THEN 'local'
    WHEN 6 THEN 'field' WHEN 7 THEN 'element' WHEN 8 THEN 'interface' WHEN 9 THEN 'header' END),
  dominator_id INTEGER AS (coalesce(other_dominator_id, holder_id)), -- the nearest node that all paths from the roots go through
  retained INTEGER AS (size + dominated_bytes) -- bytes that become garbage with it, itself included
) STRICT;

-- What the collector starts from: variables, goroutines and the runtime's own lists. Of Java: static fields, threads, and lists of the JVM (class, jni, monitor, native, vm).
CREATE TABLE roots (
  id INTEGER PRIMARY KEY,      -- node id
  parent_id INTEGER,           -- 0; the goroutine's node for its locals and its g; what alone points to static data
  kind TEXT,                   -- goroutine, global, local, conservative, register, g, finalizer, finalizer-object, cleanup, weak-handle, runtime, static, class, jni, monitor, native, vm
  name TEXT,
  package TEXT,                -- import path: of the variable, of a local's function, of a goroutine's; NULL when unknown
  type_id INTEGER REFERENCES types(id), -- of the variable; 0 is unknown
  address INTEGER,             -- of its storage; NULL when it lives in registers
  size INTEGER,                -- of its storage: not part of retained
  goroutine_id INTEGER REFERENCES goroutines(id),
  frame_id INTEGER REFERENCES frames(id),
  object_id INTEGER REFERENCES objects(id), -- object that a finalizer, cleanup or weak handle belongs to
  file TEXT,                   -- where it is declared
  line INTEGER,
  variable_address INTEGER,    -- of kind static: the variable that names it; to set that to nil frees nothing of what the block holds
  retained INTEGER,            -- heap bytes that become garbage with it
  retained_objects INTEGER
) STRICT;

-- Pointers, in order of their place.
CREATE TABLE edges (
  source_id INTEGER,           -- node that holds the pointer
  offset INTEGER,              -- of the pointer in it, from the start of the slot (header included) or of roots.address
  target_id INTEGER REFERENCES objects(id), -- object that it points into
  bridge INTEGER DEFAULT 0,    -- 1: every path to the target goes through this pointer; see the column releases of the views
  target_offset INTEGER DEFAULT 0, -- how far into the target's slot; the target's header when it points to the start of the data
  followed INTEGER DEFAULT 1,  -- 0: listed only; a goroutine's node owns this pointer
  PRIMARY KEY (source_id, offset)
) STRICT, WITHOUT ROWID;

-- The edges the other way round.
CREATE TABLE referrers (
  target_id INTEGER REFERENCES objects(id),
  source_id INTEGER,
  offset INTEGER,              -- edges (source_id, offset) has the rest
  PRIMARY KEY (target_id, source_id, offset),
  FOREIGN KEY (source_id, offset) REFERENCES edges(source_id, offset)
) STRICT, WITHOUT ROWID;

-- The dominator tree: what each node dominates directly, biggest first.
CREATE TABLE dominated (
  dominator_id INTEGER,        -- 0 for the program
  rank INTEGER,                -- from 1, by retained bytes
  node_id INTEGER,
  PRIMARY KEY (dominator_id, rank)
) STRICT, WITHOUT ROWID;

-- Where a node dominates more than 50 directly: these by type of object and by kind of root node, biggest group first.
CREATE TABLE dominated_groups (
  dominator_id INTEGER,        -- 0 for the program
  rank INTEGER,                -- from 1, by retained bytes
  kind TEXT,                   -- object, or roots.kind
  type_id INTEGER REFERENCES types(id), -- of the objects; NULL for root nodes
  nodes INTEGER,               -- how many
  retained INTEGER,            -- by all of them
  first_rank INTEGER,          -- dominated.rank of the biggest
  PRIMARY KEY (dominator_id, rank)
) STRICT, WITHOUT ROWID;

-- The objects of each type: by retained bytes, garbage last.
CREATE TABLE instances (
  type_id INTEGER REFERENCES types(id),
  rank INTEGER,                -- from 1
  object_id INTEGER REFERENCES objects(id),
  PRIMARY KEY (type_id, rank)
) STRICT, WITHOUT ROWID;

-- Of types with more than 32,768 objects: the first 100 in other orders. Of equal ones the first by id; those of which it is not known come last.
CREATE TABLE instance_ends (
  type_id INTEGER REFERENCES types(id),
  sorted_by TEXT,              -- column of objects: address, length, reachable, retained, retained_objects, size
  down INTEGER,                -- 1: most first
  rank INTEGER,                -- from 1
  object_id INTEGER REFERENCES objects(id),
  PRIMARY KEY (type_id, sorted_by, down, rank)
) STRICT, WITHOUT ROWID;

-- What holds the memory: the program's children in the dominator tree, those of one name and type as one row, most retained first. The rows
-- sum up to all reachable bytes. A row above 80 % has given way to the level below it. Names are Go's: main.srv.store.sessions[…],
-- with […] for every key and index and … for steps that repeat. docs/model.md explains the words.
CREATE TABLE holders (
  rank INTEGER PRIMARY KEY,    -- from 1
  node_id INTEGER,             -- the node that retains most; NULL for the kind more
  kind TEXT,                   -- object, roots.kind, or more: all rows beyond the first 10,000, as one
  name TEXT,                   -- NULL for the kind more
  type_id INTEGER REFERENCES types(id), -- 0 is unknown; NULL for goroutines and the kind more
  group_id INTEGER,            -- goroutines.group_id
  count INTEGER,               -- nodes; goroutines; of the kind more rows
  retained INTEGER,            -- by all of them
  unfolded INTEGER,            -- 1: what they dominate has rows of its own, and retained is their slots alone
  gathers_id INTEGER REFERENCES objects(id), -- of what is gathered below them the node that retains most; this and the next four NULL where nothing is
  gathers_type_id INTEGER REFERENCES types(id),
  gathers_count INTEGER,       -- how many of that type, elements of arrays included
  gathers_retained INTEGER,    -- by all of these
  gathers_name TEXT,           -- the way to them from here: .items[…]; '' where Go has no words for it
  root_id INTEGER REFERENCES roots(id), -- root node that the telling path begins at; this and the next four NULL beyond the first 100 rows
  root_name TEXT,              -- main.srv, c in main.serve, main.worker
  variables INTEGER,           -- others that lead there without passing the first named holder above
  goroutines INTEGER,          -- likewise
  exact INTEGER                -- 0: the search was given up, and the two are lower bounds
) STRICT;

-- Whose bytes: every reachable object belongs to the nearest named struct on its telling path, itself included, else to the variable or
-- function that the path begins at. The rows sum up to all reachable bytes.
CREATE TABLE owners (
  rank INTEGER PRIMARY KEY,    -- from 1, by bytes; objects.owner_id
  name TEXT,                   -- of the type; main.cache, keys in main.readKeys; of the function
  kind TEXT,                   -- type, variable, function
  type_id INTEGER REFERENCES types(id), -- NULL for variables and functions
  package TEXT,                -- import path; NULL when unknown
  objects INTEGER,
  own_bytes INTEGER,           -- slots of the objects of the type
  held_bytes INTEGER,          -- slots of the unnamed objects that hang on them: arrays, strings, maps
  bytes INTEGER,               -- both
  retained INTEGER             -- by its objects that no object of the same owner dominates
) STRICT;

-- The same by package.
CREATE TABLE owner_packages (
  rank INTEGER PRIMARY KEY,    -- from 1, by bytes
  package TEXT,                -- import path; NULL for what nothing is known of
  owners INTEGER,
  objects INTEGER,
  bytes INTEGER,
  retained INTEGER             -- by its objects that no object of the same package dominates
) STRICT;

-- What is worth a look: problems first, then notes, most bytes first; of two about the same objects the more specific one. docs/findings.md explains the kinds.
CREATE TABLE suspects (
  rank INTEGER PRIMARY KEY,    -- from 1
  level TEXT,                  -- problem, note
  kind TEXT,                   -- goroutine-leak, timers, contexts, channel, finalizers, pinned, goroutines, capacity, sparse-map, duplicates, pooled, holder, owner, garbage, idle, off-heap
  node_id INTEGER,             -- where to look; NULL where there is no such place
  type_id INTEGER REFERENCES types(id), -- NULL where it is about no type
  group_id INTEGER,            -- goroutines.group_id
  bytes INTEGER,               -- what it costs, stacks included
  share REAL,                  -- 0 to 1: of the live heap; of heap and stacks for goroutines, of all touched memory for idle and off-heap, of what is allocated for garbage
  count INTEGER,               -- of what the sentence counts
  name TEXT,                   -- the variable, type or function that it is about
  sentence TEXT,               -- what there is, in numbers, and whose bytes are inside
  evidence TEXT,               -- JSON object: what the sentence rests on, and the threshold of its kind
  fix TEXT,                    -- one line of advice
  next TEXT                    -- a command that shows more, with INPUT for the file
) STRICT;

-- Timers that will fire.
CREATE TABLE timers (
  id INTEGER PRIMARY KEY,      -- from 0
  kind TEXT,                   -- function (time.AfterFunc), channel (time.NewTimer, After, tickers), sleep, deadline (of connections), runtime
  function TEXT,               -- that it calls: that of the program, of the kind function
  fires_at REAL,               -- seconds since 1970; NULL: never, or not known
  seconds_left REAL,           -- from the dump on; likewise
  period REAL,                 -- seconds; NULL: it fires once
  address INTEGER,             -- of the runtime's struct
  object_id INTEGER REFERENCES objects(id), -- that it is in; what it keeps alive is that object's retained
  argument_id INTEGER REFERENCES objects(id) -- what it calls the function with: a closure, a channel, a g
) STRICT;

-- Live objects of package context.
CREATE TABLE contexts (
  id INTEGER PRIMARY KEY REFERENCES objects(id),
  parent_id INTEGER REFERENCES objects(id), -- context that it was made from; NULL: the background, or not known
  children INTEGER,            -- contexts that end with it; NULL: it cannot be cancelled, or not known
  cancelled INTEGER,           -- 1: it has ended
  deadline REAL                -- seconds since 1970; NULL: none, or not known
) STRICT;

-- The telling paths of all reachable objects, merged: those of one generalized name are one row. Most other dumps of the program have the
-- same names: what grew between two is found here. At most 100,000, those that hold most.
CREATE TABLE paths (
  id INTEGER PRIMARY KEY,      -- from 1, parents before children
  parent_id INTEGER REFERENCES paths(id), -- NULL where a root node begins the path
  name TEXT,                   -- main.srv.sessions[…].User
  held_objects INTEGER,        -- at the path, and at all paths that go on from it
  held_bytes INTEGER           -- their slots; those of the rows without a parent add up to what is reachable
) STRICT;

-- What lies at each path.
CREATE TABLE path_types (
  path_id INTEGER REFERENCES paths(id),
  type_id INTEGER REFERENCES types(id),
  objects INTEGER,
  "values" INTEGER,            -- elements of arrays counted singly, as far as they are in use
  bytes INTEGER,               -- slots
  PRIMARY KEY (path_id, type_id)
) STRICT, WITHOUT ROWID;

-- Kinds of objects of which there are very many, whose trees `goheap held-by` does not make anew: those of more than 30,000 live objects, as far as their rows take
-- half a byte for each object of the heap. Objects of a type, of an owner, or of both.
CREATE TABLE held_by (
  id INTEGER PRIMARY KEY,      -- from 1, those of most objects first
  type_id INTEGER REFERENCES types(id), -- NULL: of any type
  owner_id INTEGER REFERENCES owners(rank), -- NULL: of any owner
  objects INTEGER,             -- reachable ones
  bytes INTEGER                -- their slots
) STRICT;

-- The steps of their telling paths.
CREATE TABLE held_by_steps (
  held_by_id INTEGER REFERENCES held_by(id),
  rank INTEGER,                -- from 1, in the order in which the objects' paths come to them
  path_id INTEGER REFERENCES paths(id),
  objects INTEGER,             -- of the kind that lie at this very path; those further down are not counted
  bytes INTEGER,               -- their slots
  pointers INTEGER,            -- that lead from another path to this one on telling paths of the kind; root nodes
  first_id INTEGER,            -- the first node that one leads to
  targets TEXT,                -- JSON array of all such nodes, that one first; NULL when there are more than 20,000
  releases INTEGER,            -- where these are NULL: what becomes garbage with each of the pointers alone, together
  PRIMARY KEY (held_by_id, rank)
) STRICT, WITHOUT ROWID;

-- What is held and not used, by kind and by place: docs/findings.md explains the kinds. No byte is in two rows.
CREATE TABLE waste (
  rank INTEGER PRIMARY KEY,    -- from 1, by bytes; behind the first 10,000 rows, one of each kind for all others
  kind TEXT,                   -- capacity, pinned, pooled, sparse-map, empty-map, duplicate-string, duplicate-bytes, padding, size-class, free-slots, span-tails
  path TEXT,                   -- generalized path to the arrays or maps, as in holders.name; 48-byte slots where rows go by size; NULL for padding and for others
  type_id INTEGER REFERENCES types(id), -- of the arrays' elements, the maps, the structs; NULL where rows go by size, and where it is unknown
  owner_id INTEGER REFERENCES owners(rank), -- whose they are; NULL where rows go by size or type
  bytes INTEGER,
  count INTEGER,               -- objects that waste something; free slots; spans with a tail
  reslices INTEGER,            -- of kind capacity: arrays that may be kept for a small part, a[:64] of a large one; else 0
  node_id INTEGER REFERENCES objects(id), -- the object that wastes most; NULL where it is none, or not kept
  fix TEXT                     -- what to do about it, in a line
) STRICT;

CREATE TABLE goroutines (
  id INTEGER PRIMARY KEY,      -- goid
  root_id INTEGER REFERENCES roots(id), -- its node in roots
  status TEXT,                 -- running, runnable, waiting, syscall, …
  wait_reason TEXT,
  wait_seconds REAL,           -- how long it had waited or been in a system call, at least
  wait_exact INTEGER,          -- 1: that is within 2 s of the truth; 0: a lower bound
  wait_at_most REAL,           -- seconds: 'since the last collection at most', for example
  blocked INTEGER,             -- 1: only what goroutine_waits lists for it can let it run; 0: other things can, or it runs; NULL: the dump cannot say
  leaked INTEGER,              -- 1: nothing that can still run leads to what it waits for, so that it never runs again; NULL: the dump cannot say
  system INTEGER,              -- 1: runtime.NumGoroutine does not count it
  function TEXT,               -- entry function: the first that a person wrote, not the compiler's wrapper around it
  created_by TEXT,             -- function that ran the go statement
  file TEXT,                   -- where that go statement is
  line INTEGER,
  stack_address INTEGER,       -- lowest byte of its stack
  stack_bytes INTEGER,
  group_id INTEGER,            -- goroutines with equal stacks share it
  labels TEXT                  -- JSON object of its profiler labels
) STRICT;

-- What blocked goroutines wait for: a row a channel or lock. One without a row waits for a nil channel, or in a select without cases: for ever.
CREATE TABLE goroutine_waits (
  goroutine_id INTEGER REFERENCES goroutines(id),
  position INTEGER,            -- from 0; several in a select
  how TEXT,                    -- send, receive; sync: one of the locks of package sync, see goroutines.wait_reason
  address INTEGER,             -- of the channel; of a lock the semaphore or the list of those that wait, inside of it
  object_id INTEGER REFERENCES objects(id), -- the object that it is or lies in; NULL outside of the heap
  type_id INTEGER REFERENCES types(id), -- of the channel's elements; 0: not known, or a lock
  sudog_id INTEGER REFERENCES objects(id), -- the runtime's record of the wait: what it points to is not kept alive by it in a search for leaks
  PRIMARY KEY (goroutine_id, position)
) STRICT, WITHOUT ROWID;

-- Calls: inlined ones are frames of their own. A stack trace shows those that are no wrappers.
CREATE TABLE frames (
  id INTEGER PRIMARY KEY,
  goroutine_id INTEGER REFERENCES goroutines(id),
  depth INTEGER,               -- 0 is the innermost; calls that are left out count
  function TEXT,
  file TEXT,
  line INTEGER,
  pc INTEGER,                  -- the return address, but for the innermost frame
  sp INTEGER,
  size INTEGER,                -- NULL for inlined calls: they are part of the next frame that is not inlined
  inlined INTEGER,             -- 1: a call that the compiler replaced by the function's body
  wrapper INTEGER,             -- 1: a function that the compiler made around one: for go and defer statements, method values
  omitted INTEGER              -- calls left out between this one and the next: a deep stack has its 50 innermost and outermost frames
) STRICT;

-- The heap's page runs, in address order. None of Java.
CREATE TABLE spans (
  id INTEGER PRIMARY KEY,
  address INTEGER,
  size INTEGER,
  slot_size INTEGER,           -- 0 when not in use
  slots INTEGER,
  allocated INTEGER,           -- slots that hold an object
  tail INTEGER,                -- bytes behind the last slot
  header INTEGER,              -- bytes in front of each object's data: 0 or 8
  scan INTEGER,                -- 1: its objects hold pointers
  state TEXT,                  -- in-use, manual (stacks and runtime buffers), dead
  evidence TEXT                -- runtime: its own record; walk: what pointers lead to, because the dump lacks that record (docs/model.md)
) STRICT;

-- The address space by use. The rows sum up to what was dumped together with the executable's own segments; docs/memory.md explains them.
CREATE TABLE memory (
  category TEXT,
  part TEXT,                   -- of globals: a section, or the name of a variable of 1 MiB or more
  bytes INTEGER,
  touched INTEGER              -- of them, those in pages of the core that are not all zero: a lower bound of what was resident, but for files' pages
) STRICT;

-- The 10,000 nodes, root nodes and objects, that retain most.
CREATE TABLE biggest_nodes (
  rank INTEGER PRIMARY KEY,    -- from 1
  node_id INTEGER
) STRICT;

-- What live slices and maps have room for. A row is an array that slices point to, or a map's own structure.
CREATE TABLE capacities (
  object_id INTEGER PRIMARY KEY REFERENCES objects(id),
  kind TEXT,                   -- slice, map
  used INTEGER,                -- elements up to the end of the longest slice; entries of the map
  capacity INTEGER             -- elements that fit without growing; cells of the map
) STRICT;

-- Pairs of interface and concrete type, to decode interfaces in contents.
CREATE TABLE itabs (
  address INTEGER PRIMARY KEY,
  type_id INTEGER REFERENCES types(id) -- of the concrete type
) STRICT;

-- Where the code of each function starts, to name function values: the first word of what they point to.
CREATE TABLE functions (
  address INTEGER PRIMARY KEY,
  name TEXT                    -- as stack traces print it
) STRICT;

-- The dump's bytes, only with --contents full: reachable objects by slot, root variables, and the constant strings they lead to.
CREATE TABLE contents (
  address INTEGER PRIMARY KEY,
  bytes BLOB
) STRICT;

-- Objects whose allocation the runtime's memory profile had sampled (one in MemProfileRate bytes), and where that was. Empty in
-- programs that do not link the profile.
CREATE TABLE allocations (
  object_id INTEGER PRIMARY KEY REFERENCES objects(id),
  site_id INTEGER REFERENCES sites(id)
) STRICT;
CREATE TABLE sites (
  id INTEGER PRIMARY KEY,
  stack TEXT,                  -- JSON array of functions, innermost first
  frames TEXT,                 -- JSON array of {"function", "file", "line"}, innermost first
  object_size INTEGER,         -- bytes of each object allocated there
  allocations INTEGER,         -- that were sampled since the program started
  frees INTEGER,               -- of those
  live_objects INTEGER,        -- estimate: what the samples that are not freed stand for
  live_bytes INTEGER           -- estimate: live_objects × object_size
) STRICT;

-- The name of the field that an edge's pointer is in, as Go writes it: In.Y, Ptrs[17], [3].Next; '' when the whole value is
-- the pointer, NULL when the type does not say. The descent goes from the owner's type through arrays and structs to the leaf.
-- An owner of several values gives the index of the one that holds the pointer; of a single value it has none, though behind a slice
-- Go writes [0]: which pointer led to the owner is not an edge's matter (goheap path says it).
CREATE VIEW edge_fields AS
SELECT e.source_id, e.offset,
  (WITH RECURSIVE place(depth, type_id, rest, path) AS (
     SELECT 0, t.id, (e.offset - coalesce(o.header, 0)) % t.size,
       CASE WHEN o.length > 1 THEN '[' || ((e.offset - o.header) / t.size) || ']' ELSE '' END
     FROM types t
     WHERE t.id = coalesce(o.type_id, r.type_id) AND t.size > 0 AND t.kind <> 'unknown'
       AND e.offset - coalesce(o.header, 0) < t.size * coalesce(o.length, 1)
     UNION ALL
     SELECT p.depth + 1, coalesce(f.field_type_id, t.element_id),
       CASE WHEN f.offset IS NOT NULL THEN p.rest - f.offset ELSE p.rest % a.size END,
       p.path || CASE WHEN f.offset IS NOT NULL THEN '.' || f.name ELSE '[' || (p.rest / a.size) || ']' END
     FROM place p JOIN types t ON t.id = p.type_id
       LEFT JOIN fields f ON t.kind = 'struct' AND f.type_id = t.id AND f.position =
         (SELECT x.position FROM fields x WHERE x.type_id = t.id AND x.offset <= p.rest AND x.size > 0 ORDER BY x.position DESC LIMIT 1)
       LEFT JOIN types a ON t.kind = 'array' AND a.id = t.element_id
     WHERE p.rest < f.offset + f.size OR a.size > 0)
   SELECT ltrim(p.path, '.') FROM place p JOIN types t ON t.id = p.type_id
   WHERE t.kind NOT IN ('struct', 'array') ORDER BY p.depth DESC LIMIT 1) AS field
FROM edges e LEFT JOIN objects o ON o.id = e.source_id LEFT JOIN roots r ON r.id = e.source_id;

-- The same with [] for every index, to group by: slots[].elem is one place for all slots of all groups.
CREATE VIEW edge_places AS
SELECT f.source_id, f.offset,
  (WITH RECURSIVE cut(done, rest) AS (
     SELECT '', f.field
     UNION ALL
     SELECT c.done || substr(c.rest, 1, instr(c.rest, '[')) || ']', substr(c.rest, instr(c.rest, ']') + 1) FROM cut c WHERE instr(c.rest, '[') > 0)
   SELECT c.done || c.rest FROM cut c WHERE instr(c.rest, '[') = 0) AS place
FROM edge_fields f;

-- Live variables grouped by type, most bytes first.
CREATE VIEW histogram AS
SELECT t.id AS type_id, coalesce(t.name, 'unknown') AS type, t.package, t.kind, t.objects, t."values", t.bytes, t.used, t.retained, t.retained_exact,
  CAST(t.bytes AS REAL) / (SELECT m.value FROM meta m WHERE m.key = 'reachable_bytes') AS share -- of the live heap
FROM types t WHERE t.objects > 0 ORDER BY t.bytes DESC, t.id;

-- The root nodes and objects that retain most. An object's name is its address.
CREATE VIEW biggest AS
SELECT b.rank, b.node_id AS id, coalesce(r.kind, 'object') AS kind, coalesce(r.name, r.kind, printf('0x%x', o.address)) AS name,
  coalesce(t.name, 'unknown') AS type, coalesce(o.address, r.address) AS address, coalesce(o.size, r.size) AS size, o.length,
  coalesce(o.retained, r.retained) AS retained, coalesce(o.retained_objects, r.retained_objects) AS retained_objects,
  CAST(coalesce(o.retained, r.retained) AS REAL) / (SELECT m.value FROM meta m WHERE m.key = 'reachable_bytes') AS share, -- of the live heap
  o.preview, coalesce(o.dominator_id, r.parent_id) AS dominator_id
FROM biggest_nodes b LEFT JOIN objects o ON o.id = b.node_id LEFT JOIN roots r ON r.id = b.node_id
  LEFT JOIN types t ON t.id = coalesce(o.type_id, r.type_id)
ORDER BY b.rank;

-- From a node ("of") up to the root that holds it, one row a step: step 0 is the node itself, the last one the root node or,
-- for a local, its goroutine. offset and field say where a step's node holds the node of the step before.
-- Garbage has one row: itself.
CREATE VIEW path AS
SELECT n.id AS of, s.value ->> 0 AS step, s.value ->> 1 AS node_id, coalesce(r.kind, 'object') AS kind,
  coalesce(r.name, r.kind, printf('0x%x', o.address)) AS name,
  s.value ->> 2 AS offset, (SELECT f.field FROM edge_fields f WHERE f.source_id = s.value ->> 1 AND f.offset = s.value ->> 2) AS field,
  coalesce(t.name, 'unknown') AS type, coalesce(o.address, r.address) AS address, coalesce(o.size, r.size) AS size,
  coalesce(o.retained, r.retained) AS retained
FROM (SELECT id FROM objects UNION ALL SELECT id FROM roots) n,
  json_each((
    WITH RECURSIVE up(step, id, offset) AS (
      SELECT 0, n.id, NULL
      UNION ALL
      SELECT u.step + 1, coalesce(a.holder_id, nullif(b.parent_id, 0)), a.holder_offset
      FROM up u LEFT JOIN objects a ON a.id = u.id LEFT JOIN roots b ON b.id = u.id
      WHERE coalesce(a.holder_id, nullif(b.parent_id, 0)) IS NOT NULL)
    SELECT json_group_array(json_array(step, id, offset)) FROM up)) s
  LEFT JOIN objects o ON o.id = s.value ->> 1 LEFT JOIN roots r ON r.id = s.value ->> 1
  LEFT JOIN types t ON t.id = coalesce(o.type_id, r.type_id);

-- What a node points to, in order of the pointers' places. releases: bytes that become garbage when this pointer becomes nil.
CREATE VIEW outbound AS
SELECT e.source_id, e.offset, (SELECT f.field FROM edge_fields f WHERE f.source_id = e.source_id AND f.offset = e.offset) AS field,
  e.target_id, printf('0x%x', o.address) AS target, coalesce(t.name, 'unknown') AS target_type, o.length AS target_length, o.size AS target_size,
  e.target_offset, o.retained AS target_retained, e.bridge, e.followed, CASE e.bridge WHEN 1 THEN o.retained ELSE 0 END AS releases,
  o.preview AS target_preview
FROM edges e JOIN objects o ON o.id = e.target_id LEFT JOIN types t ON t.id = o.type_id;

-- What points to an object, in order of the sources.
CREATE VIEW inbound AS
SELECT i.target_id, i.source_id, coalesce(r.name, r.kind, printf('0x%x', o.address)) AS source, coalesce(r.kind, 'object') AS source_kind,
  coalesce(t.name, 'unknown') AS source_type, i.offset,
  (SELECT f.field FROM edge_fields f WHERE f.source_id = i.source_id AND f.offset = i.offset) AS field,
  e.target_offset, coalesce(o.retained, r.retained) AS source_retained, coalesce(o.reachable, 1) AS source_reachable, e.bridge, e.followed,
  CASE e.bridge WHEN 1 THEN (SELECT x.retained FROM objects x WHERE x.id = i.target_id) ELSE 0 END AS releases
FROM referrers i JOIN edges e ON e.source_id = i.source_id AND e.offset = i.offset
  LEFT JOIN objects o ON o.id = i.source_id LEFT JOIN roots r ON r.id = i.source_id
  LEFT JOIN types t ON t.id = coalesce(o.type_id, r.type_id);

-- Room that slices do not use, in bytes of their arrays, and free cells of maps, whose bytes are not known here.
CREATE VIEW unused AS
SELECT c.object_id AS id, c.kind, t.name AS type, c.used, c.capacity, c.capacity - c.used AS free,
  CASE c.kind WHEN 'slice' THEN (c.capacity - c.used) * t.size END AS bytes
FROM capacities c JOIN objects o ON o.id = c.object_id JOIN types t ON t.id = o.type_id;

-- How much memory a node uses. Objects: size = header + used + waste, padding is the part of used that no field covers,
-- tail_share is the slot's share of what the span wastes behind its last slot. Root nodes: their own storage, outside the heap;
-- gap is the distance to the next root variable's storage (variables that hold no pointer lie in it).
CREATE VIEW footprint AS
SELECT o.id, 'object' AS kind, printf('0x%x', o.address) AS name, coalesce(t.name, 'unknown') AS type, o.length, o.used,
  CASE WHEN o.used IS NULL THEN NULL ELSE t.padding * o.length END AS padding, o.header, o.size - o.header - o.used AS waste, o.size,
  CAST(s.tail AS REAL) / s.slots AS tail_share, NULL AS gap, s.slot_size, s.size AS span_size, o.retained, o.retained_objects
FROM objects o LEFT JOIN types t ON t.id = o.type_id LEFT JOIN spans s ON s.id = o.span_id
UNION ALL
SELECT r.id, r.kind, coalesce(r.name, r.kind), coalesce(t.name, 'unknown'), NULL, CASE WHEN r.type_id > 0 THEN t.size END,
  CASE WHEN r.type_id > 0 THEN t.padding END, NULL, CASE WHEN r.type_id > 0 AND r.size >= t.size THEN r.size - t.size END, r.size, NULL,
  CASE WHEN r.kind IN ('global', 'static') THEN
    (SELECT n.address FROM roots n WHERE n.address >= r.address + r.size ORDER BY n.address LIMIT 1) - r.address - r.size END,
  NULL, NULL, r.retained, r.retained_objects
FROM roots r LEFT JOIN types t ON t.id = r.type_id;

-- The objects of each owner, biggest first.
CREATE INDEX objects_owner ON objects (owner_id, retained DESC) WHERE owner_id IS NOT NULL;

-- These are small: roots by place, by name and by goroutine, goroutines by group, frames by goroutine, all of spans by size class.
CREATE INDEX roots_address ON roots (address);
CREATE INDEX roots_name ON roots (name);
CREATE INDEX roots_goroutine ON roots (goroutine_id);
CREATE INDEX goroutines_group ON goroutines (group_id);
CREATE INDEX goroutine_waits_object ON goroutine_waits (object_id);
CREATE INDEX frames_goroutine ON frames (goroutine_id);
CREATE INDEX spans_class ON spans (slot_size, scan, state, size, slots, allocated, tail);
