/**
 * Copies a text to the clipboard and says that it did.
 */
import {useState} from 'preact/hooks';

export interface CopyButtonProps {
  readonly label: string;
  readonly title?: string;
  readonly text: () => string;
}

const SAID_MILLISECONDS = 1500;

export function CopyButton({label, title, text}: CopyButtonProps) {
  const [said, setSaid] = useState<string | undefined>(undefined);
  const copy = async () => {
    setSaid((await copyText(text())) ? 'Copied' : 'Not allowed to copy');
    setTimeout(() => setSaid(undefined), SAID_MILLISECONDS);
  };
  return (
    <button type="button" class="quiet" title={title} onClick={() => void copy()}>
      {said ?? label}
      <span class="sr-only" role="status">
        {said}
      </span>
    </button>
  );
}

export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
