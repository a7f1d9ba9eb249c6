import { about } from './api.js';
import { chart } from './chart.js';
import { h, inNextFrame } from './dom.js';
import { ALL, figures } from './figures.js';
import { bytes, clock, count, duration, rate } from './format.js';
import { button, emptyBox, field, head, select } from './parts.js';
import { format, note } from './router.js';
import { figure, table } from './table.js';

const SPANS = [
  [60, '1 min'],
  [300, '5 min'],
  [900, '15 min'],
];
const perSecond = (value) => `${rate(value)}/s`;
const bytesPerSecond = (value) => `${bytes(value)}/s`;
const axisRate = (value) => (Number.isInteger(value) ? count(value) : rate(value));
const axisBytes = (value) => bytes(value).replace(/\.0(?=\s)/, '');

// Halves and wholes of the units of bytes, so that an axis says 512 MiB and not 477.
const WHOLE_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6];
const BYTE_STEPS = Array.from({ length: 45 }, (unused, power) => 2 ** power);

const CHARTS = [
  {
    title: 'Events',
    axis: axisRate,
    lines: [
      ['In', 'in', perSecond],
      ['Out', 'out', perSecond],
    ],
  },
  { title: 'Open streams', axis: count, steps: WHOLE_STEPS, lines: [['Open', 'streams', count]] },
  {
    title: 'Lag',
    axis: duration,
    least: 10,
    lines: [
      ['p50', 'lagP50', duration],
      ['p99', 'lagP99', duration],
      ['Max', 'lagMax', duration],
    ],
  },
  {
    title: 'Gaps',
    axis: axisRate,
    lines: [
      ['Events missed', 'missed', perSecond],
      ['Gaps told', 'gaps', perSecond],
    ],
  },
  {
    title: 'Bytes out',
    axis: axisBytes,
    steps: BYTE_STEPS,
    least: 1024,
    lines: [['Written', 'bytes', bytesPerSecond]],
  },
  {
    title: 'Memory',
    axis: axisBytes,
    steps: BYTE_STEPS,
    least: 1 << 20,
    whole: true,
    lines: [
      ['Heap', 'heap', bytes],
      ['Direct', 'direct', bytes],
      ['Retained', 'retained', bytes],
    ],
  },
];

function spanOf(parameters) {
  const wanted = Number(parameters.get('span'));
  return SPANS.some(([seconds]) => seconds === wanted) ? wanted : 900;
}

export function mount(root, parameters) {
  let route = parameters.get('route') ?? ALL;
  let span = spanOf(parameters);
  let zoom = null; // [from, to] in seconds
  let hovered = null;

  const when = h('p', { class: 'soft number when' });
  const routes = select([[ALL, 'All routes']], ALL, () => choose(routes.value));
  const spans = SPANS.map(([seconds, label]) => button(label, () => look(seconds), { kind: 'small' }));
  const reset = button('Back to now', () => look(span), { kind: 'small primary', hidden: true });
  const limits = h('dl', { class: 'limits' });
  const grid = h('div', { class: 'charts' });
  const charts = CHARTS.map((each) => ({
    ...each,
    made: chart({
      title: each.title,
      axis: each.axis,
      steps: each.steps,
      least: each.least,
      key: 'overview',
      lines: each.lines.map(([label, , read]) => ({ label, read })),
      onZoom: (from, to) => look(span, [from, to]),
      onReset: () => look(span),
      onHover: (index) => {
        if (hovered !== index) {
          hovered = index;
          readAll();
        }
      },
    }),
  }));
  grid.append(...charts.map((each) => each.made.element));

  const current = table(
    'Figures of now, by route',
    [
      {
        label: 'Route',
        make: (each) => h('a', { href: format('overview', { route: each.name }) }, each.name),
      },
      figure('In /s', (each) => rate(each.in)),
      figure('Out /s', (each) => rate(each.out)),
      figure('Streams', (each) => count(each.streams)),
      figure('Lag p50', (each) => duration(each.lagP50)),
      figure('Lag p99', (each) => duration(each.lagP99)),
      figure('Lag max', (each) => duration(each.lagMax)),
      figure('Gaps', (each) => count(each.gapsTotal), {
        sub: (each) => (each.missedTotal ? `${count(each.missedTotal)} missed` : ''),
      }),
      figure('Bytes /s', (each) => bytes(each.bytes)),
      figure('Retained', (each) => bytes(each.retained)),
    ],
    (each) => each.name,
  );
  const place = h('div', { class: 'card' }, current.element);

  function asQuery() {
    return { route: route === ALL ? '' : route, span: span === 900 ? '' : String(span) };
  }

  function choose(name) {
    route = name;
    note('overview', asQuery());
    paint();
  }

  function look(seconds, at = null) {
    span = seconds;
    zoom = at;
    note('overview', asQuery());
    paint();
  }

  // As far back as there is something, up to the time that was chosen: no chart that is nearly empty.
  function range() {
    const newest = figures.times.at(-1) ?? Date.now() / 1000;
    const there = newest - (figures.times[0] ?? newest);
    return zoom ?? [newest - Math.min(span, Math.max(60, there)), newest];
  }

  function readAll() {
    const at = hovered !== null && hovered < figures.times.length ? hovered : null;
    charts.forEach((each) => each.made.read(at));
    const time = at === null ? figures.times.at(-1) : figures.times[at];
    const word = at !== null ? 'at' : figures.isLive ? 'now' : 'last';
    when.textContent = time === undefined ? '' : `${word} ${clock(time * 1000)}`;
  }

  function rows(sample) {
    return Object.entries(sample.routes)
      .slice(0, 100)
      .map(([name, of]) => ({
        name,
        in: figures.now(name, 'in'),
        out: figures.now(name, 'out'),
        streams: of.openStreams,
        lagP50: of.lag?.p50,
        lagP99: of.lag?.p99,
        lagMax: of.lag?.max,
        bytes: figures.now(name, 'bytes'),
        retained: of.retainedBytes,
        gapsTotal: Object.values(of.gaps ?? {}).reduce((sum, each) => sum + each.gaps, 0),
        missedTotal: Object.values(of.gaps ?? {}).reduce((sum, each) => sum + each.missedEvents, 0),
      }));
  }

  const meters = new Map();

  // How much of a limit is used: a bar, and both numbers.
  function meter(name, used, most, read) {
    if (!meters.has(name)) {
      const bar = h('span', {});
      const value = h('span', {});
      limits.append(
        h('div', { class: 'limit' }, h('dt', {}, name), h('dd', {}, value, h('span', { class: 'bar' }, bar))),
      );
      meters.set(name, { bar, value });
    }
    const { bar, value } = meters.get(name);
    const known = typeof used === 'number' && typeof most === 'number' && most > 0;
    value.textContent = known ? `${read(used)} of ${read(most)}` : read(used);
    bar.parentNode.hidden = !known;
    bar.style.width = `${known ? Math.min(100, (used / most) * 100) : 0}%`;
    bar.className = known && used / most > 0.9 ? 'full' : '';
  }

  function paint() {
    const sample = figures.latest;
    reset.hidden = zoom === null;
    spans.forEach((each, at) => each.setAttribute('aria-pressed', String(zoom === null && SPANS[at][0] === span)));
    if (sample === null && figures.times.length === 0) {
      return;
    }
    empty.hidden = true;
    body.hidden = false;
    place.hidden = sample === null && place.querySelector('tbody tr') === null;
    const names = Object.keys(sample?.routes ?? {}).slice(0, 100);
    if (sample && routes.options.length !== names.length + 1) {
      routes.replaceChildren(
        ...[[ALL, 'All routes'], ...names.map((each) => [each, each])].map(([id, label]) =>
          h('option', { value: id }, label),
        ),
      );
    }
    routes.value = names.includes(route) ? route : ALL;
    const times = figures.times.slice();
    for (const each of charts) {
      const of = routes.value;
      each.made.show(
        times,
        each.lines.map(([, key]) => figures.of(each.whole && key !== 'retained' ? ALL : of, key).slice()),
        range,
        hovered,
      );
    }
    readAll();
    if (sample) {
      current.show(rows(sample));
      meter('Heap', sample.memory.heapUsed, sample.memory.heapMax, bytes);
      meter('Direct memory', sample.memory.direct, sample.memory.directMax, bytes);
      meter('Retained history', sample.retainedBytes, sample.limits?.retainedBytes, bytes);
      meter('Streams', sample.openStreams, sample.limits?.streams, count);
    }
  }

  const empty = h('div', {});
  const unsaid = figures.onState((kind, text) => {
    empty.replaceChildren(
      kind === 'bad'
        ? emptyBox('There are no figures', `${text.replace(/^f/, 'F')}.`)
        : emptyBox('Waiting for the first figures', 'They come once a second from the stream /stats of the bridge.'),
    );
    readAll();
  });
  const body = h('div', { class: 'overview', hidden: true }, limits, grid, place);
  root.append(
    head('Overview', `What ${about().name || 'the bridge'} does now, and did in the last 15 minutes.`, when),
    h(
      'div',
      { class: 'filters' },
      field('Route', routes),
      h(
        'div',
        { class: 'field wide' },
        h('span', { class: 'field-name', id: 'span-label' }, 'Time'),
        h('div', { class: 'tools', role: 'group', 'aria-labelledby': 'span-label' }, ...spans, reset),
      ),
      h('p', { class: 'hint filters-hint' }, 'Drag over a chart to zoom, double-click to go back.'),
    ),
    empty,
    body,
  );

  const repaint = inNextFrame(paint);
  const stop = figures.onSample(repaint);
  const themed = () => charts.forEach((each) => each.made.build());
  document.addEventListener('theme', themed);
  const dark = matchMedia('(prefers-color-scheme: dark)');
  dark.addEventListener('change', themed);
  paint();

  return {
    update(now) {
      route = now.get('route') ?? ALL;
      if (span !== spanOf(now)) {
        span = spanOf(now);
        zoom = null;
      }
      paint();
    },
    close() {
      stop();
      unsaid();
      document.removeEventListener('theme', themed);
      dark.removeEventListener('change', themed);
      charts.forEach((each) => each.made.close());
    },
  };
}
