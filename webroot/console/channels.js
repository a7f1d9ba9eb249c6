import { get } from './api.js';
import { h } from './dom.js';
import { bytes, count, plural, rate } from './format.js';
import { emptyBox, field, head, rowLimit, select, watch } from './parts.js';
import { knownRoutes, pathOfChannel } from './routes.js';
import { format, note } from './router.js';
import { figure, table, text } from './table.js';

const EVERY_MILLIS = 2000;
const ORDERS = [
  ['subscribers', 'Most subscribers'],
  ['events', 'Most events'],
  ['bytes', 'Most bytes'],
  ['rate', 'Most events a second'],
];

function sequence(id) {
  return id ? count(Number(id.slice(id.lastIndexOf('-') + 1))) : '–';
}

export function mount(root, parameters) {
  const total = h('p', { class: 'soft' });
  const trouble = h('div', {});
  const place = h('div', { class: 'card' });
  const order = select(ORDERS, 'subscribers', changed);
  const route = select([['', 'All routes']], '', changed);
  const limit = rowLimit(changed);
  let byName = new Map();
  let routeWanted = parameters.get('route') ?? '';

  function pathOf(each) {
    const known = byName.get(each.route);
    return known ? pathOfChannel(known, each.addresses) : null;
  }

  function share(each) {
    const most = byName.get(each.route)?.history.events;
    return typeof most === 'number' && most > 0 ? Math.min(1, each.events / most) : null;
  }

  const channels = table(
    'Channels',
    [
      text('Channel', (each) => pathOf(each) ?? each.addresses.join(', '), {
        mono: true,
        sub: (each) => [each.route, pathOf(each) ? each.addresses.join(', ') : ''].filter(Boolean).join(' · '),
      }),
      {
        label: 'Retained',
        class: 'right',
        make: () =>
          h(
            'span',
            { class: 'with-bar' },
            h('span', {}),
            h('span', { class: 'bar' }, h('span', {})),
            h('span', { class: 'cell-sub' }),
          ),
        show(cell, each) {
          const [figures, bar, sub] = cell.children;
          figures.textContent = plural(each.events, 'event');
          const part = share(each);
          bar.hidden = part === null;
          bar.firstChild.style.width = `${(part ?? 0) * 100}%`;
          sub.textContent = part === null ? '' : `of ${count(byName.get(each.route).history.events)}`;
        },
      },
      figure('Bytes', (each) => bytes(each.bytes)),
      text('From', (each) => sequence(each.from), {
        sub: (each) => each.from ?? 'nothing is retained',
        class: 'right',
      }),
      text('To', (each) => sequence(each.to), { sub: (each) => each.to, class: 'right' }),
      figure('Subscribers', (each) => count(each.subscribers)),
      figure('Events a second', (each) => rate(each.eventsPerSecond)),
      {
        label: 'Commands',
        hidden: true,
        class: 'right',
        make: () => h('a', {}, 'Watch'),
        show(link, each) {
          const path = pathOf(each);
          link.hidden = path === null;
          link.setAttribute('href', format('live', { path: path ?? '', from: 'earliest' }));
          link.setAttribute('aria-label', `Watch ${path}`);
        },
      },
    ],
    (each) => JSON.stringify([each.route, each.addresses]),
    { hideCaption: true },
  );

  function asQuery() {
    const query = new URLSearchParams({ sort: order.value, limit: limit.value });
    if (routeWanted) {
      query.set('route', routeWanted);
    }
    return query;
  }

  function changed() {
    routeWanted = route.value;
    note('channels', asQuery());
    polling.now();
  }

  order.value = ORDERS.some(([id]) => id === parameters.get('sort')) ? parameters.get('sort') : 'subscribers';
  limit.value = ['200', '1000'].includes(parameters.get('limit')) ? parameters.get('limit') : '50';
  const routesThere = knownRoutes()
    .then(({ routes }) => {
      byName = new Map(routes.map((each) => [each.name, each]));
      route.append(...routes.map(({ name }) => h('option', { value: name }, name)));
      route.value = routeWanted;
    })
    .catch(() => {}); // the list itself says what is wrong

  root.append(
    head('Channels', 'What is retained, for whom: the history that who comes back can resume from.', total),
    h(
      'form',
      { class: 'filters', onsubmit: (event) => event.preventDefault() },
      field('Order', order),
      field('Route', route),
      field('Show', limit),
    ),
    trouble,
    place,
  );

  async function ask(signal) {
    await routesThere;
    return get(`channels?${asQuery()}`, { signal });
  }

  const polling = watch(EVERY_MILLIS, trouble, place, ask, (answer) => {
    const shown = answer.channels.length;
    total.textContent =
      shown < answer.count
        ? `the first ${count(shown)} of ${plural(answer.count, 'channel')}`
        : plural(answer.count, 'channel');
    if (shown === 0) {
      place.replaceChildren(
        emptyBox(
          'No channel is there',
          'A channel of a route with parameters begins with its first subscriber, or what is published for it.',
        ),
      );
    } else if (!place.contains(channels.element)) {
      place.replaceChildren(channels.element);
    }
    channels.show(answer.channels);
  });

  return { close: () => polling.stop() };
}
