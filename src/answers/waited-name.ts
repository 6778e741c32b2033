/**
 * What a goroutine waits for → what a person calls it. Where only a frame of the runtime's or of a lock still has it, or a word of a stack without a
 * variable, or the compiler's own one, that is no name.
 */
import {isRuntimePackage, packageOfName} from '../analyses/package-names.js';
import {STACK_WORDS} from './word-steps.js';

/** `parts`: as `InternedPaths.partsOf`. */
export function waitedName([path, within]: readonly [string, string]): string {
  const isNamed = !path.startsWith(STACK_WORDS) && !path.startsWith('.');
  return isNamed && !isRuntimePackage(packageOfName(within.replace(/^ in /, ''))) ? path + within : '';
}

/** `chan main.Job` where the type of the elements is known, else that of the object; '' when unknown. */
export function waitedType(element: string | null, object: string | null): string {
  if (element) return `chan ${element}`;
  return (
    object
      ?.replace(/^hchan<(.*)>$/, 'chan $1')
      .replace(/^runtime\.hchan$/, 'chan')
      .replace(/^noscan$/, '') ?? ''
  );
}
