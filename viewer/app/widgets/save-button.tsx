/**
 * Saves the bytes of a node as they lie in memory, as `goheap object --raw` does; says how far it is, and why it could not.
 */
import {useState} from 'preact/hooks';
import {failureOf, postRaw} from '../api.js';
import {formatShare, showBytes} from '../format.js';
import {saveAs} from './download-button.js';

export interface SaveButtonProps {
  readonly node: number;
  /** For the file. */
  readonly name: string;
  readonly size: number;
}

export function SaveButton({node, name, size}: SaveButtonProps) {
  const [said, say] = useState('');
  const save = async () => {
    try {
      const parts: Uint8Array<ArrayBuffer>[] = [];
      for (let skip = 0; skip < size; skip += parts.at(-1)!.length) {
        say(`Reading ${formatShare(skip / size)}`);
        parts.push(fromBase64((await postRaw({node, skip})).bytes));
      }
      saveAs(`${name.replace(/[^\w.-]+/g, '_')}.bin`, new Blob(parts, {type: 'application/octet-stream'}));
      say('');
    } catch (error) {
      say(failureOf(error).message);
    }
  };
  return (
    <>
      <span class="muted" role="status">
        {said}
      </span>{' '}
      <button type="button" class="quiet" onClick={() => void save()} title={`Save its ${showBytes(size)} as they lie in memory`}>
        Save
      </button>
    </>
  );
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
