/**
 * Saves a text as a file.
 */

export interface DownloadButtonProps {
  readonly label: string;
  readonly name: string;
  readonly type: string;
  readonly text: () => string;
}

export function DownloadButton({label, name, type, text}: DownloadButtonProps) {
  const save = () => saveAs(name, new Blob([text()], {type}));
  return (
    <button type="button" class="quiet" title={`Save as ${name}`} onClick={save}>
      {label}
    </button>
  );
}

export function saveAs(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 0);
}
