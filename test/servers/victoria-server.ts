/** VictoriaMetrics: time series, sent to it. */
import type {LoadedServer, Ports} from './loaded-server.js';
import {get, inParallel, post} from './requests.js';

const SERIES = 200_000;
const SERIES_A_REQUEST = 5_000;
const SAMPLES = 2; // of each series

export const VICTORIA: LoadedServer = {
  name: 'victoria-metrics',
  module: 'github.com/VictoriaMetrics/VictoriaMetrics@v1.150.0',
  package: 'github.com/VictoriaMetrics/VictoriaMetrics/app/victoria-metrics',
  start: (_, {serve}) => [
    '-storageDataPath=data',
    `-httpListenAddr=127.0.0.1:${serve}`,
    '-loggerLevel=ERROR',
    '-retentionPeriod=1y',
    '-search.maxUniqueTimeseries=1000000',
    '-memory.allowedBytes=1GiB',
    '-inmemoryDataFlushInterval=1h', // so that a dump at any time finds parts that are in memory alone
  ],
  ready: ({serve}) => `http://127.0.0.1:${serve}/health`,
  load: async (ports) => {
    const now = Date.now();
    for (let sample = 0; sample < SAMPLES; sample++)
      await inParallel(SERIES / SERIES_A_REQUEST, 4, (index) => send(ports, index * SERIES_A_REQUEST, now - (SAMPLES - sample) * 15_000));
    await get(`http://127.0.0.1:${ports.serve}/internal/force_flush`);
    for (let code = 0; code < 5; code++) {
      const query = `sum by (method) (shop_requests_total{code="${200 + code}",instance_id=~"shop-.*"})`;
      await get(`http://127.0.0.1:${ports.serve}/api/v1/query?query=${encodeURIComponent(query)}`);
    }
    await get(`http://127.0.0.1:${ports.serve}/api/v1/labels`);
    return () => undefined;
  },
  pprof: 'serve',
  how: `${SERIES.toLocaleString('en-US')} series of ${SAMPLES} samples imported, kept in memory, and five queries by label and pattern over all of them`,
  expected: {
    holders: [
      {name: /blockcache\.Cache$/, gathers: /blockcache\.cacheEntry$/, least: 500},
      {name: /mergeset\.(?:part|inmemoryPart|partWrapper)$/},
      {name: /storage\.partition$/, gathers: /storage\.rawRow$/, least: 100_000},
    ],
    owners: [/mergeset\.inmemoryBlock$/, /mergeset\.inmemoryPart$/, /fastcache\.Cache$/],
  },
};

function send({serve}: Ports, first: number, time: number): Promise<void> {
  const lines = Array.from({length: SERIES_A_REQUEST}, (_, index) => {
    const series = first + index;
    const labels = `handler="/api/v1/shops/${series % 500}",instance_id="shop-${series}",method="${series % 2 ? 'GET' : 'POST'}"`;
    return `shop_requests_total{${labels},code="${200 + (series % 5)}"} ${series} ${time}`;
  });
  return post(`http://127.0.0.1:${serve}/api/v1/import/prometheus`, lines.join('\n'));
}
