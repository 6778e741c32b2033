/**
 * Links to what rows name. Plain <a href>, so that the middle button, copying and Back work.
 */

import {visible} from '../format.js';
import {href, type NodeName, nodeHref} from '../router.js';
import {Name} from './text.js';

/** An object, variable or goroutine; shows its name, else its address. */
export function NodeLink({node, label}: {readonly node: NodeName; readonly label?: string}) {
  const text = label ?? node.name ?? (typeof node.address === 'number' ? `0x${node.address.toString(16)}` : `node ${node.id}`);
  return (
    <a class="name" href={nodeHref(node)} title={visible(text)}>
      <Name value={text} />
    </a>
  );
}

/** A type: its objects. */
export function TypeLink({type}: {readonly type: string}) {
  return (
    <a class="name type" href={typeHref(type)}>
      <Name value={type} />
    </a>
  );
}

export function typeHref(type: string): string {
  return href('types', {type});
}

/**
 * Whose bytes they are: a type, a variable, or the function of goroutines. A local variable has as many nodes as its function runs: its goroutines
 * are where it is found.
 */
export function ownerHref({owner, kind}: {readonly owner: string | null; readonly kind: string | null}): string {
  if (kind === 'type') return typeHref(owner!);
  const place = kind === 'function' ? owner! : owner!.split(' in ')[1];
  return place === undefined ? nodeHref({id: 0, kind: 'global', name: owner}) : href('goroutines', {f: place});
}

export function goroutineHref(goroutine: number): string {
  return href('goroutines', {g: goroutine});
}
