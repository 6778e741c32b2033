/** Prometheus: time series, scraped from targets. */
import {writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import type {LoadedServer} from './loaded-server.js';
import {get} from './requests.js';

const TARGETS = 3;
const SERIES = 50_000; // of each
const SCRAPE_SECONDS = 3;
const SCRAPES = 8;

export const PROMETHEUS: LoadedServer = {
  name: 'prometheus',
  module: 'github.com/prometheus/prometheus@v0.316.0',
  package: 'github.com/prometheus/prometheus/cmd/prometheus',
  tags: 'remove_all_sd', // of clouds and clusters: they are most of the build and hold nothing here
  start: (folder, {serve, load}) => {
    const jobs = Array.from({length: TARGETS}, (_, job) =>
      [`  - job_name: job-${job}`, `    metrics_path: /metrics/${job}`, `    static_configs: [{targets: ['127.0.0.1:${load}']}]`].join(
        '\n',
      ),
    );
    const times = `{scrape_interval: ${SCRAPE_SECONDS}s, scrape_timeout: ${SCRAPE_SECONDS}s}`;
    writeFileSync(join(folder, 'prometheus.yml'), `global: ${times}\nscrape_configs:\n${jobs.join('\n')}\n`);
    return ['--config.file=prometheus.yml', '--storage.tsdb.path=data', `--web.listen-address=127.0.0.1:${serve}`, '--log.level=error'];
  },
  ready: ({serve}) => `http://127.0.0.1:${serve}/-/ready`,
  load: async ({serve, load}) => {
    let scrapes = 0;
    const targets = createServer(({url}, answer) => {
      answer.setHeader('content-type', 'text/plain; version=0.0.4');
      answer.end(metricsOf(Number(url!.split('/').pop()), scrapes++));
    }).listen(load, '127.0.0.1');
    const until = Date.now() + 120_000;
    while (scrapes < TARGETS * SCRAPES && Date.now() < until) await wait(100);
    for (const query of ['sum by (method) (rate(shop_requests_total[30s]))', 'count({__name__=~"shop_.*"})'])
      await get(`http://127.0.0.1:${serve}/api/v1/query?query=${encodeURIComponent(query)}`);
    return () => {
      targets.closeAllConnections();
      targets.close();
    };
  },
  pprof: 'serve',
  how: `${TARGETS} targets of ${SERIES.toLocaleString('en-US')} series each, scraped every ${SCRAPE_SECONDS} seconds, at least ${SCRAPES} times, and two queries`,
  expected: {
    holders: [
      {name: /tsdb\.Head$/, gathers: /tsdb\.memSeries$/, least: TARGETS * SERIES},
      {name: /scrape\.scrapeCache$/, gathers: /scrape\.cacheEntry$/, least: SERIES},
    ],
    owners: [/MemPostings$/, /scrape\.scrapeCache$/, /tsdb\.memSeries$/],
  },
};

function metricsOf(job: number, scrape: number): string {
  const lines = ['# TYPE shop_requests_total counter'];
  for (let series = 0; series < SERIES; series++) {
    const labels = `handler="/api/v1/shops/${series % 500}",instance_id="shop-${job}-${series}",method="${series % 2 ? 'GET' : 'POST'}"`;
    lines.push(`shop_requests_total{${labels},code="${200 + (series % 5)}"} ${scrape * 10 + series}`);
  }
  return `${lines.join('\n')}\n`;
}
