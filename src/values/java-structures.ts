/**
 * The JDK's collections → what of them a path says: an entry or element is `[…]`, its key `[…]‹key›`, and tables, chains and arrays inside are hidden, as the insides of Go's maps are.
 * By the names of the classes and their fields in JDK 8 to 25; of any other collection a path says what its fields are called.
 */

/** Classes that have elements, by what they keep them in. */
const MAPS =
  '(?:HashMap|LinkedHashMap|IdentityHashMap|WeakHashMap|TreeMap|Hashtable|Properties|EnumMap|concurrent\\.Concurrent(?:Hash|SkipList)Map)';
const SETS = '(?:HashSet|LinkedHashSet|TreeSet|concurrent\\.CopyOnWriteArraySet|concurrent\\.ConcurrentSkipListSet)';
const LISTS =
  '(?:ArrayList|Vector|Stack|ArrayDeque|LinkedList|PriorityQueue|Arrays\\$ArrayList|ImmutableCollections\\$\\w+|Collections\\$\\w+|concurrent\\.(?:CopyOnWriteArrayList|\\w+(?:Queue|Deque)))';
const NODES = `${MAPS}\\$\\w*(?:Node|Entry|Bin|Index)|(?:LinkedList|concurrent\\.\\w+(?:Queue|Deque))\\$Node`;

/** By the name of the type that a reference lies in: how the text of the field is rewritten. */
export const JAVA_STRUCTURES: readonly (readonly [RegExp, (field: string) => string])[] = [
  [new RegExp(`^java\\.util\\.(?:${NODES})$`), (field) => (field === 'key' ? '‹key›' : '')],
  [new RegExp(`^java\\.util\\.(?:${NODES})(?:\\[\\])+$`), () => '[…]'],
  [new RegExp(`^java\\.util\\.(?:${MAPS}|${SETS}|${LISTS})$`), (field) => (FIRST_NODE.test(field) ? '[…]' : '')],
  [/^java\.util\.(?:Optional|concurrent\.atomic\.Atomic\w*Reference)$/, () => ''],
];

/** Fields that lead to a node, and not to an array of these or of elements: of trees and linked lists. */
const FIRST_NODE = /^(?:root|first|last|head|tail)$/;
