/**
 * A thin bar: a share of a whole, beside the number that says the same.
 */

export function Bar({share}: {readonly share: number}) {
  const width = `${Math.max(0, Math.min(1, share)) * 100}%`;
  return (
    <span class="bar" aria-hidden="true">
      {share > 0 && <span style={{width}} />}
    </span>
  );
}

export interface BarPart {
  readonly name: string;
  readonly size: number;
  readonly color: string;
}

/** Parts of a whole side by side. Decoration for eyes: the list beside it has the names and numbers. */
export function StackedBar({parts}: {readonly parts: readonly BarPart[]}) {
  const total = parts.reduce((sum, {size}) => sum + size, 0);
  return (
    <div class="stacked-bar" aria-hidden="true">
      {parts
        .filter(({size}) => size > 0)
        .map(({name, size, color}) => (
          <span key={name} title={name} class={color} style={{flexGrow: size / total, flexBasis: 0}} />
        ))}
    </div>
  );
}
