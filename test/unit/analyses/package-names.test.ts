import {expect, test} from 'vitest';
import {isRuntimePackage, isTransparentPackage, packageOfName} from '../../../src/analyses/package-names.js';

test.each([
  ['main.srv', 'main'],
  ['net/http.(*conn).serve', 'net/http'],
  ['net/http.(*conn).serve.func1', 'net/http'],
  ['github.com/nats-io/nats-server/v2/server.(*Server).Start', 'github.com/nats-io/nats-server/v2/server'],
  ['example.com/a.Map[go.shape.string,example.com/b.T]', 'example.com/a'],
  ['example.com/a.(*List[example.com/b.T]).Push', 'example.com/a'],
  ['gopkg.in/yaml%2ev3.Unmarshal', 'gopkg.in/yaml.v3'],
  ['vendor/golang.org/x/net/http2/hpack.staticTable', 'golang.org/x/net/http2/hpack'],
  ['bss', ''],
  ['', ''],
])('%s is of %s', (name, path) => expect(packageOfName(name)).toBe(path));

test('the runtime and its helpers', () => {
  for (const path of ['runtime', 'runtime/pprof', 'internal/poll', 'sync', 'sync/atomic', 'reflect', 'unique', 'weak'])
    expect(isRuntimePackage(path), path).toBe(true);
  for (const path of ['', 'main', 'example.com/internal/x', 'runtimex', 'net/http', 'context'])
    expect(isRuntimePackage(path), path).toBe(false);
});

test('packages whose types only carry what others own', () => {
  for (const path of ['runtime', 'internal/sync', 'container/list', 'bytes', 'bufio', 'go.shape', 'sync/atomic', 'maps'])
    expect(isTransparentPackage(path), path).toBe(true);
  for (const path of ['', 'main', 'example.com/internal/x', 'example.com/bytes', 'net', 'context', 'syncx'])
    expect(isTransparentPackage(path), path).toBe(false);
});
