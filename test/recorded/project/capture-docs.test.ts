/** The Go code of the documents on capturing is compiled: each block stands in capture/example_test.go, whatever its indentation. */
import {expect, test} from 'vitest';
import {readProjectFile} from '../../kit/source-files.js';

const withoutIndents = (text: string) => text.replaceAll(/^\s+/gm, '');
const examples = withoutIndents(readProjectFile('capture/example_test.go'));

test.each(['docs/capture.md', 'capture/README.md'])('%s', (path) => {
  const blocks = [...readProjectFile(path).matchAll(/^```go\n(.*?)^```$/gms)].map(([, code]) =>
    withoutIndents(code!.replace(/^import .*\n+/, '')),
  );
  expect(blocks.length).toBeGreaterThan(0);
  for (const block of blocks) expect(examples).toContain(block);
});
