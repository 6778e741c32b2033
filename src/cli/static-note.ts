/**
 * What is said of static data where a node is shown: the collector scans it whatever its variable says.
 */

const BY_PLACE = /^(?:data|bss)\+0x[0-9a-f]+$/;

/** Undefined for nodes that are none. */
export function staticNote(nodes: readonly {readonly kind: string | null; readonly name: string | null}[]): string | undefined {
  const words = nodes.find(({kind, name}) => kind === 'global' && BY_PLACE.test(name ?? ''));
  if (words) return `${words.name} is a place: no variable or static data is known there, so these words have neither name nor type.`;
  const block = nodes.find(({kind}) => kind === 'static');
  if (!block) return undefined;
  return `${block.name} is static data: to set the variable to nil frees nothing of what it holds. Clear its fields.`;
}
