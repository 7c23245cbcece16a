#!/usr/bin/env node
// client.mjs - the job with Node's own http module: one thread of JavaScript
// over libuv, an async function for each page in flight.
import { readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { parseArgs } from 'node:util';

const start = process.hrtime.bigint();
const AGENT = 'seven-crawlers/1.0';

// FNV-1a, 64 bits, in two halves: BigInt would cost more than the crawl. The
// prime is 2^40 + 0x1b3; what of a product is above 32 bits is carried over.
function digest(data) {
  let low = 0x84222325, high = 0xcbf29ce4;
  for (let i = 0; i < data.length; i++) {
    low = (low ^ data[i]) >>> 0;
    const product = low * 0x1b3; // below 2^41: exact
    high = (Math.imul(high, 0x1b3) + (low << 8) +
            (product - (product >>> 0)) / 0x100000000) >>> 0;
    low = product >>> 0;
  }
  return (BigInt(high) << 32n) | BigInt(low);
}

const hex = (sum) => sum.toString(16).padStart(16, '0');

function milliseconds(text) {
  const units = { ns: 1e-6, us: 1e-3, ms: 1, s: 1e3, min: 6e4, h: 36e5 };
  const [, number, unit] = /^([0-9.]+)([a-z]*)$/.exec(text);
  return Number(number) * units[unit || 's'];
}

const { values: options, positionals: urls } = parseArgs({
  allowPositionals: true,
  options: {
    'concurrency': { type: 'string', short: 'c', default: '10' },
    'input-file': { type: 'string', short: 'i' },
    'timeout': { type: 'string', short: 't', default: '30' },
    'keep-alive': { type: 'boolean', default: false },
    'json': { type: 'boolean', default: false },
    'manifest': { type: 'string' },
    'trace': { type: 'string' }, // taken, and ignored, as the next one
    'max-pages': { type: 'string' },
  },
});
if (options['input-file'] !== undefined)
  for (const url of readFileSync(options['input-file'], 'utf8').split(/\s+/))
    if (url !== '')
      urls.push(url);
if (urls.length === 0) {
  console.error('node: give a URL, or a list with -i FILE');
  process.exit(2);
}

const keepAlive = options['keep-alive'];
const concurrency = Number(options.concurrency);
const timeout = milliseconds(options.timeout);
const agent = new http.Agent({ keepAlive, maxSockets: concurrency,
                               maxFreeSockets: concurrency });
const headers = { 'User-Agent': AGENT };
if (!keepAlive)
  headers.Connection = 'close';

function fetch(url) {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent, headers }, (answer) => {
      const pieces = [];
      answer.on('data', (piece) => pieces.push(piece));
      answer.on('error', reject);
      answer.on('end', () => {
        resolve({ status: answer.statusCode, body: Buffer.concat(pieces) });
      });
    });
    request.on('error', reject);
    const late = Object.assign(new Error('late'), { code: 'ETIMEDOUT' });
    const timer = setTimeout(() => request.destroy(late), timeout);
    request.on('close', () => { // whatever else was said, or was not
      clearTimeout(timer);
      reject(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }));
    });
  });
}

function outcomeOf(error) {
  switch (error.code) {
    case 'ECONNREFUSED': return 'connect';
    case 'ETIMEDOUT': return 'timeout';
    case 'ECONNRESET':
      return /aborted|hang up/.test(error.message) ? 'truncated' : 'reset';
    case 'EPIPE': return 'reset';
  }
  return /^HPE_/.test(error.code ?? '') ? 'malformed' : 'system';
}

const lines = []; // { url, line }
let next = 0, failed = 0, bytes = 0, inFlight = 0, maxInFlight = 0;

async function work() {
  while (next < urls.length) {
    const url = urls[next++];
    maxInFlight = Math.max(maxInFlight, ++inFlight);
    let line;
    try {
      const { status, body } = await fetch(url);
      bytes += body.length;
      line = `ok ${status} ${body.length} ${hex(digest(body))} ${url}`;
    } catch (error) {
      failed++;
      line = `${outcomeOf(error)} - - - ${url}`;
    }
    inFlight--;
    lines.push({ url, line });
  }
}

const workers = [];
for (let i = 0; i < Math.min(concurrency, urls.length); i++)
  workers.push(work());
await Promise.all(workers);
agent.destroy();

const wall = Number(process.hrtime.bigint() - start) / 1e9;
lines.sort((a, b) => (a.url < b.url ? -1 : a.url > b.url ? 1 : 0));
let sum = 0n;
for (const { line } of lines)
  sum += digest(Buffer.from(line));
if (options.manifest !== undefined)
  writeFileSync(options.manifest, lines.map((l) => l.line + '\n').join(''));
if (options.json) {
  const usage = process.resourceUsage();
  // Of this program: maxRSS may be that of whoever started it.
  const [, peak] = /VmHWM:\s*(\d+)/.exec(
    readFileSync('/proc/self/status', 'utf8'));
  console.log(JSON.stringify({
    stage: 'node', pages: lines.length, failed, bytes,
    digest: hex(BigInt.asUintN(64, sum)), wall_s: wall,
    user_s: usage.userCPUTime / 1e6, sys_s: usage.systemCPUTime / 1e6,
    max_rss_kib: Number(peak), max_in_flight: maxInFlight, workers: 1,
    voluntary_switches: usage.voluntaryContextSwitches,
    involuntary_switches: usage.involuntaryContextSwitches,
  }));
}
process.exitCode = failed > 0 ? 1 : 0;
