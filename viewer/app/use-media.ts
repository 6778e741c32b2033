/**
 * Whether a media query holds, for what a style sheet alone cannot decide.
 */
import {useEffect, useState} from 'preact/hooks';

export function useMedia(query: string): boolean {
  const [list] = useState(() => matchMedia(query));
  const [matches, setMatches] = useState(list.matches);
  useEffect(() => {
    const follow = () => setMatches(list.matches);
    list.addEventListener('change', follow);
    return () => list.removeEventListener('change', follow);
  }, [list]);
  return matches;
}
