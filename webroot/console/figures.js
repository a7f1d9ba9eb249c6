import { adminUrl, refused } from './api.js';
import { statusBeside } from './connection.js';
import { session } from './session.js';
import { connect } from './sse-bridge.js';

// The figures of the last 15 minutes, of the bridge's own stream of them, whichever view is shown. One sample a second,
// for all routes together and for each of the first routes; nothing grows beyond that.
const KEPT = 900;
const MOST_ROUTES = 100;
const KEYS = [
  'in',
  'out',
  'streams',
  'lagP50',
  'lagP99',
  'lagMax',
  'gaps',
  'missed',
  'bytes',
  'retained',
  'heap',
  'direct',
];
const ALL = '';

export { ALL };

const listeners = new Set();
const stateListeners = new Set();
const times = [];
const series = new Map();
let last = null; // the newest sample as it came
let stream = null;
let state = ['', 'connecting'];

function sumOf(gaps, member) {
  return Object.values(gaps ?? {}).reduce((sum, each) => sum + (each[member] ?? 0), 0);
}

// What only grows, of one route or of all, out of a sample.
function totals(of, name) {
  return name === ALL
    ? Object.keys(of.routes)
        .map((each) => totals(of, each))
        .reduce((sum, each) => {
          Object.keys(each).forEach((key) => {
            sum[key] = (sum[key] ?? 0) + each[key];
          });
          return sum;
        }, {})
    : {
        in: of.routes[name].appendedEvents,
        out: of.routes[name].deliveredEvents,
        bytes: of.routes[name].writtenBytes ?? NaN,
        gaps: sumOf(of.routes[name].gaps, 'gaps'),
        missed: sumOf(of.routes[name].gaps, 'missedEvents'),
      };
}

// By second; null where a counter began anew, or where there is nothing to compare with.
function perSecond(now, before, seconds) {
  const grown = now - before;
  return seconds > 0 && grown >= 0 ? grown / seconds : null;
}

function valuesOf(sample, before, name) {
  const seconds = before ? (Date.parse(sample.time) - Date.parse(before.time)) / 1000 : 0;
  const route = name === ALL ? sample : sample.routes[name];
  const now = totals(sample, name);
  const old = before && (name === ALL || before.routes[name]) ? totals(before, name) : {};
  const values = { streams: route.openStreams, retained: route.retainedBytes ?? null };
  for (const key of ['in', 'out', 'bytes', 'gaps', 'missed']) {
    values[key] = perSecond(now[key], old[key], seconds);
  }
  values.lagP50 = route.lag?.p50 ?? null;
  values.lagP99 = route.lag?.p99 ?? null;
  values.lagMax = route.lag?.max ?? null;
  values.heap = name === ALL ? sample.memory.heapUsed : null;
  values.direct = name === ALL ? sample.memory.direct : null;
  return values;
}

function emptySeries() {
  return Object.fromEntries(KEYS.map((key) => [key, new Array(times.length).fill(null)]));
}

function take(sample) {
  const names = [ALL, ...Object.keys(sample.routes).slice(0, MOST_ROUTES)];
  for (const name of names) {
    if (!series.has(name)) {
      series.set(name, emptySeries());
    }
  }
  times.push(Date.parse(sample.time) / 1000);
  for (const [name, kept] of series) {
    const values = name === ALL || sample.routes[name] ? valuesOf(sample, last, name) : {};
    KEYS.forEach((key) => kept[key].push(values[key] ?? null));
    if (!names.includes(name) && kept.streams.every((each) => each === null)) {
      series.delete(name); // a route that went, and none of its figures is left
    }
  }
  while (times.length > KEPT) {
    times.shift();
    series.forEach((kept) => KEYS.forEach((key) => kept[key].shift()));
  }
  last = sample;
  listeners.forEach((listener) => listener());
}

// A point without values, so that a time without figures is no line in a chart.
function breakLine() {
  if (last && times.length) {
    times.push(times[times.length - 1] + 0.001);
    series.forEach((kept) => KEYS.forEach((key) => kept[key].push(null)));
    last = null;
  }
}

function tell(kind, text) {
  state = [kind, text];
  stateListeners.forEach((listener) => listener(kind, text));
}

export const figures = {
  start() {
    stream?.close();
    breakLine();
    tell('', 'figures: connecting');
    const { token } = session;
    // One for all tabs: with six, a browser would load nothing more from this port.
    stream = connect(adminUrl('stats').href, { shared: true, token: async () => session.token });
    stream.on('message', (event) => take(event.json()));
    stream.on('state', (now) => {
      if (now.state === 'open') {
        tell('good', 'figures: live');
      } else {
        breakLine();
        if (now.state === 'closed' && now.status === 401 && token === session.token) {
          refused(now.reason);
        }
        const why = [statusBeside(now.reason, now.status), now.reason].filter(Boolean).join(' ');
        tell('bad', `figures: ${now.state}${why ? `, ${why}` : ''}`);
      }
    });
  },
  get isLive() {
    return state[0] === 'good';
  },
  get latest() {
    return last;
  },
  get times() {
    return times;
  },
  get routes() {
    return [...series.keys()].filter((name) => name !== ALL);
  },
  of(name, key) {
    return series.get(name)?.[key] ?? times.map(() => null);
  },
  now(name, key) {
    return series.get(name)?.[key].at(-1) ?? null;
  },
  onSample(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  onState(listener) {
    stateListeners.add(listener);
    listener(...state);
    return () => stateListeners.delete(listener);
  },
};
