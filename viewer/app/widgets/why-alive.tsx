/**
 * Why the selection is alive: the path that holds it. On an object's own page the pointers to avoid stand in the address, so that Back undoes them.
 */
import {useState} from 'preact/hooks';
import {go, href, route} from '../router.js';
import type {PanelProps} from '../selection.js';
import {HeldBy} from './held-by.js';

export function WhyAlive({selected: {node}}: PanelProps) {
  const [avoid, setAvoid] = useState<readonly string[]>([]);
  const {screen, params} = route.value;
  if (screen !== 'object') return <HeldBy node={node} avoid={avoid} setAvoid={setAvoid} />;
  return (
    <HeldBy
      node={node}
      avoid={(params.avoid ?? '').split(',').filter((each) => each !== '')}
      setAvoid={(texts) => go(href('object', {...params, avoid: texts.join(',')}))}
    />
  );
}
