/**
 * Nodes → frames of a profile, from what points to them on their path: `main.cache map[string]*main.Session`, then `main.cache[…] main.Session`,
 * then `main.Session.Payload`. A frame begins at the nearest owner – a named struct, as in `goheap histogram --by owner`, else the variable –
 * so that fields of equal names in different structs are different frames, and what the language hides (map internals, backing
 * arrays) is part of the frame that leads there.
 *
 * A name is the same in every dump of a program, so that profiles can be subtracted: no addresses, goroutine numbers, indices or lengths.
 * Equal names at equal places are one frame. Import paths are short in names; a frame without a place has its package there.
 *
 * What a node is called depends on its holder alone: its place, and whether the holder's pointer leads to elements. Both are one number,
 * a *code*, of which there are some thousands.
 */
import {packageName} from '../../src/analyses/package-names.js';
import {RootOrigins} from '../../src/analyses/root-origins.js';
import {listOwnerTypes} from '../../src/answers/owners.js';
import {SILENT, type WordStep, WordSteps} from '../../src/answers/word-steps.js';
import {remember} from '../../src/base/remember.js';
import {shortenPackages} from '../../src/base/short-packages.js';
import {StringTable} from '../../src/base/string-table.js';
import {NONE, type NodeIndex, type TypeIndex} from '../../src/base/units.js';
import {type HeapGraph, PROGRAM, ROOT_KINDS, type RootKind} from '../../src/graph/heap-graph.js';
import {ObjectHeaders} from '../../src/graph/objects.js';
import {PairTable} from './pair-table.js';

export interface ProfileFrame {
  readonly name: string;
  readonly kind?: RootKind | undefined; // of the root node that a path with this first frame begins at
  readonly file?: string | undefined; // of the variable's declaration, or of the go statement, the first where there are several; else the import path of the package
  readonly line?: number | undefined; // with a file of the source
}

/** Where nodes stand that are called the same. */
interface Place {
  readonly parent: number; // place that this is one step below, NONE where the text begins
  readonly step: number;
  readonly text: string; // what a further step is appended to
  readonly within: string; // behind all steps: ` in main.work`
  readonly type: string; // of the objects, behind the text; '' where it says nothing
  readonly from: number; // the place that steps begin at: itself, or that of its type
  readonly source: Omit<ProfileFrame, 'name'>;
  readonly isRoot: boolean; // root nodes stand here
  frame: number; // NONE until it is asked for
}

/** Words of root nodes whose type nobody knows. */
const NO_STEP: WordStep = {step: SILENT, leadsToElements: false};

export class FrameNames {
  readonly frames: ProfileFrame[] = [];
  readonly origins: RootOrigins;
  readonly headers: ObjectHeaders;
  readonly #graph: HeapGraph;
  readonly #owns: Uint8Array; // per type
  readonly #shorten: (text: string) => string;
  readonly #shortNames = new Map<TypeIndex, string>();
  readonly #numbers = new Map<string, number>(); // frame by name and place
  readonly #places: Place[] = [];
  readonly #roots = new Map<string, number>(); // place by frame
  readonly #goroutineSources = new Map<string, Place['source']>(); // by name
  readonly #byStep = new PairTable(); // place and step → place
  readonly #byType = new PairTable(); // place and owner type → place
  readonly #typePlaces = new Map<TypeIndex, number>();
  readonly #steps = new StringTable();
  readonly #stepTexts = ['']; // by step
  readonly #words: WordSteps;

  constructor(graph: HeapGraph, origins = new RootOrigins(graph)) {
    this.#graph = graph;
    this.origins = origins;
    this.#owns = listOwnerTypes(graph);
    this.headers = new ObjectHeaders(graph);
    const {types, strings, frames, roots} = graph;
    this.#words = new WordSteps(types, {stepNumber: (place, text) => this.#stepNumber(place, text)});
    const names = new Set([...frames.functionName.subarray(0, frames.count), ...roots.name.subarray(0, roots.count)]);
    this.#shorten = shortenPackages([...types.name, ...Array.from(names, (name) => strings[name]!)]);
  }

  /** The number of the frame of that name and place. */
  add(frame: ProfileFrame): number {
    const key = `${frame.name}\n${frame.file ?? ''}\n${frame.line ?? 0}`;
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.frames.push(frame) - 1;
      this.#numbers.set(key, number);
    }
    return number;
  }

  frameOf(code: number): number {
    const place = this.#places[code >>> 1]!;
    if (place.frame === NONE) {
      const {text, type, within, source} = place;
      place.frame = this.add({...source, name: `${text}${text === '' || type === '' ? '' : ' '}${type}${within}`});
    }
    return place.frame;
  }

  /** Code of a root node. */
  ofRoot(root: NodeIndex): number {
    const {roots, goroutines, frames, strings} = this.#graph;
    const row = root - 1;
    const kind = ROOT_KINDS[roots.kind[row]!] ?? 'unknown';
    const goroutine = roots.goroutine[row]!;
    const origin = this.origins.at(this.origins.idOf(root));
    if (kind === 'goroutine' && goroutine !== NONE) {
      const [file, line] = [strings[goroutines.file[goroutine]!]!, goroutines.line[goroutine]!];
      // Started at several places they are one frame, as they are one row of `goheap top`.
      const source = remember(this.#goroutineSources, origin.name, () => sourceOf(kind, file, line, origin.package));
      return this.#placeOfRoot(`goroutine ${this.#shorten(origin.name)}`, '', '', source);
    }
    const type = roots.type[row] === 0 ? '' : this.#shortName(roots.type[row]!);
    const source = sourceOf(kind, strings[roots.file[row]!]!, roots.line[row]!, origin.package);
    if (goroutine === NONE) return this.#placeOfRoot(this.#shorten(origin.name), '', type, source);
    const frame = roots.frame[row]!;
    const within = frame === NONE || frames.wrapper[frame] === 1 ? '' : ` in ${this.#shorten(strings[frames.functionName[frame]!]!)}`;
    const name = kind === 'conservative' ? '‹stack›' : strings[roots.name[row]!] || kind;
    return this.#placeOfRoot(name, within, type, source);
  }

  /** Another code for an object of this one that is the first frame of its paths: called by its whole path from the root node. */
  ofHolder(code: number, called: {parts: readonly [string, string]; asRoot: boolean}, root: NodeIndex, type: TypeIndex): number {
    const {roots, strings} = this.#graph;
    let top = root;
    while (roots.parent[top - 1] !== PROGRAM && top <= roots.count) top = roots.parent[top - 1]!;
    const kind = ROOT_KINDS[roots.kind[top - 1]!] ?? 'unknown';
    const {package: path} = this.origins.at(this.origins.idOf(root));
    const source = sourceOf(kind, strings[roots.file[root - 1]!]!, roots.line[root - 1]!, path);
    const owns = this.#owns[type] === 1;
    const shown = owns || called.asRoot ? this.#shortName(type) : ''; // not one frame with the root node
    const [short, shortWithin] = called.parts.map((part) => this.#shorten(part)) as [string, string];
    return this.#rootPlace(short, shortWithin, shown, source, owns ? this.#typePlace(type) : undefined) | (code & 1);
  }

  /** The same for an object that is called as the root node that points to it, and is not below it: the two must not be one frame. */
  besideRoot(code: number, type: TypeIndex): number {
    const {isRoot, text, within, source} = this.#places[code >>> 1]!;
    return isRoot ? this.#rootPlace(text, within, this.#shortName(type), source, undefined) | (code & 1) : code;
  }

  /** Code of an object of type `type` below a pointer in word `slot` of its holder, whose code is `above`. */
  along(above: number, holder: NodeIndex, slot: number, type: TypeIndex): number {
    const {step, leadsToElements} = this.#wordOf(above, holder, slot);
    const leads = leadsToElements ? 1 : 0;
    const owns = this.#owns[type] === 1;
    if (step === SILENT && !owns) return (above & ~1) | leads;
    let place = this.#places[above >>> 1]!.from;
    if (step !== SILENT) place = this.#extend(place, step);
    return ((owns ? this.#withType(place, type) : place) << 1) | leads;
  }

  #wordOf(above: number, holder: NodeIndex, slot: number): WordStep {
    const {roots, objects, edges} = this.#graph;
    const object = holder - 1 - roots.count;
    if (object < 0) {
      const type = roots.type[holder - 1]!;
      return type === 0 ? NO_STEP : this.#words.at(type, slot * edges.wordBytes, false);
    }
    const header = this.headers.of(object);
    const type = objects.type[object]!;
    const isRow = (above & 1) === 1 || objects.length[object]! > 1;
    return this.#words.at(type, slot * edges.wordBytes - header, isRow && this.#owns[type] === 0); // a field of an owner is the same in all of them
  }

  #stepNumber(place: string, text: string): number {
    const step = this.#steps.intern(place + text);
    this.#stepTexts[step] ??= text;
    return step;
  }

  /** A step that was taken already since the text began leads back to where it led then. */
  #extend(place: number, step: number): number {
    const known = this.#byStep.find(place, step);
    if (known !== NONE) return known;
    let at = place;
    while (at !== NONE && this.#places[at]!.step !== step) at = this.#places[at]!.parent;
    if (at === NONE) {
      const {text, within, source} = this.#places[place]!;
      at = this.#add({parent: place, step, text: text + this.#stepTexts[step]!, within, type: '', source, isRoot: false});
    }
    this.#byStep.set(place, step, at);
    return at;
  }

  #withType(place: number, type: TypeIndex): number {
    const known = this.#byType.find(place, type);
    if (known !== NONE) return known;
    const {text, within, source} = this.#places[place]!;
    const own = {...source, file: packageName(this.#graph.types.package[type]!), line: 0};
    const added = {
      parent: place,
      step: SILENT,
      text,
      within,
      type: this.#shortName(type),
      source: source.line ? source : own,
      isRoot: false,
    };
    const number = this.#add(added, this.#typePlace(type));
    this.#byType.set(place, type, number);
    return number;
  }

  /** Where paths from objects of an owner type begin. */
  #typePlace(type: TypeIndex): number {
    let place = this.#typePlaces.get(type);
    if (place === undefined) {
      const source = {file: packageName(this.#graph.types.package[type]!), line: 0};
      place = this.#add({parent: NONE, step: SILENT, text: this.#shortName(type), within: '', type: '', source, isRoot: false});
      this.#typePlaces.set(type, place);
    }
    return place;
  }

  #rootPlace(text: string, within: string, type: string, source: Place['source'], from?: number, isRoot = false): number {
    const key = [text, within, type, source.kind, source.file, source.line, isRoot, from].join('\n');
    let place = this.#roots.get(key);
    if (place === undefined) {
      place = this.#add({parent: NONE, step: SILENT, text, within, type, source, isRoot}, from);
      this.#roots.set(key, place);
    }
    return place << 1;
  }

  #placeOfRoot(text: string, within: string, type: string, source: Place['source']): number {
    return this.#rootPlace(text, within, type, source, undefined, true);
  }

  #add(place: Omit<Place, 'from' | 'frame'>, from = this.#places.length): number {
    return this.#places.push({...place, from, frame: NONE}) - 1;
  }

  #shortName(type: TypeIndex): string {
    let name = this.#shortNames.get(type);
    if (name === undefined) {
      name = this.#shorten(this.#graph.types.name[type] || 'unknown');
      this.#shortNames.set(type, name);
    }
    return name;
  }
}

function sourceOf(kind: RootKind, file: string, line: number, path: string): Omit<ProfileFrame, 'name'> {
  return line > 0 && !file.startsWith('<') ? {kind, file, line} : {kind, file: path, line: 0};
}
