import { command, get } from './api.js';
import { h } from './dom.js';
import { ago, bytes, count, dateTime, duration, plural } from './format.js';
import {
  allow,
  announce,
  commandButton,
  confirm,
  emptyBox,
  field,
  grantNote,
  head,
  rowLimit,
  select,
  toast,
  watch,
} from './parts.js';
import { knownRoutes } from './routes.js';
import { note } from './router.js';
import { session } from './session.js';
import { figure, table, text } from './table.js';

const EVERY_MILLIS = 2000;
const ORDERS = [
  ['age', 'Slowest first: oldest event behind'],
  ['lag', 'Most events behind'],
  ['waiting', 'Most bytes waiting'],
  ['missed', 'Most missed'],
  ['delivered', 'Most delivered'],
  ['opened', 'Oldest stream'],
];
const FILTERS = ['route', 'subject', 'address', 'remote'];

export function mount(root, parameters) {
  const state = { sort: 'age', limit: '50' };
  const inputs = {
    subject: h('input', { type: 'search', autocomplete: 'off' }),
    address: h('input', { type: 'search', autocomplete: 'off' }),
    remote: h('input', { type: 'search', autocomplete: 'off' }),
  };
  const order = select(ORDERS, 'age', changed);
  const route = select([['', 'All routes']], '', changed);
  const limit = rowLimit(changed);
  const total = h('p', { class: 'soft' });
  const place = h('div', { class: 'card' });
  const trouble = h('div', {});
  const grants = grantNote();
  const buttons = new Set();

  const streams = table(
    'Open streams',
    [
      text('Client', (each) => each.user?.name ?? each.user ?? each.remote, {
        sub: (each) => [each.user ? each.remote : null, each.userAgent].filter(Boolean).join(' · '),
      }),
      text('Where', (each) => each.route, { sub: (each) => each.addresses.join(', ') }),
      text('Since', (each) => ago(each.opened), { sub: (each) => dateTime(each.opened) }),
      {
        label: 'Behind',
        class: 'right',
        make: () => h('span', {}, h('span', { class: 'chip' }), h('span', { class: 'cell-sub' })),
        show(cell, each) {
          const [chip, sub] = cell.children;
          const kind = each.lagEvents === 0 ? 'good' : each.lagMillis >= 5000 ? 'bad' : 'warn';
          if (chip.className !== `chip ${kind}`) {
            chip.className = `chip ${kind}`;
          }
          chip.textContent = each.lagEvents === 0 ? 'up to date' : duration(each.lagMillis);
          sub.textContent = each.lagEvents === 0 ? '' : `${plural(each.lagEvents, 'event')}, ${bytes(each.lagBytes)}`;
        },
      },
      figure('Bytes waiting', (each) => bytes(each.waitingBytes), {
        sub: (each) => `last write ${ago(each.lastWrite)}`,
      }),
      figure('Delivered', (each) => count(each.delivered), {
        sub: (each) => (each.missed ? `${count(each.missed)} missed` : ''),
      }),
      {
        label: 'Commands',
        hidden: true,
        class: 'right',
        make(each) {
          const made = commandButton('End', () => end(each), {
            kind: 'small danger',
            'aria-label': `End stream ${each.id}`,
          });
          buttons.add(made);
          return made;
        },
        show() {},
      },
    ],
    (each) => each.id,
    { hideCaption: true },
  );

  async function end(each) {
    const who = each.user?.name ?? each.user ?? each.remote;
    const agreed = await confirm(
      'End this stream?',
      `Stream ${each.id} of ${who} on the route ${each.route} ends after a whole event. The client comes back by ` +
        'itself, and resumes where it was. To keep somebody away, revoke what he has shown.',
      'End the stream',
    );
    if (!agreed) {
      return;
    }
    try {
      await command('DELETE', `streams/${encodeURIComponent(each.id)}`);
      toast(`Stream ${each.id} was ended`);
    } catch (problem) {
      toast(problem.status === 404 ? `Stream ${each.id} is gone already` : problem.message, 'bad');
    }
    polling.now();
  }

  function asQuery() {
    const query = new URLSearchParams({ sort: state.sort, limit: state.limit });
    FILTERS.filter((name) => state[name]).forEach((name) => query.set(name, state[name]));
    return query;
  }

  function changed() {
    state.sort = order.value;
    state.limit = limit.value;
    state.route = route.value;
    Object.entries(inputs).forEach(([name, input]) => {
      state[name] = input.value.trim();
    });
    note('streams', asQuery());
    polling.now();
  }

  function showAll(answer) {
    buttons.forEach((each) => (each.isConnected ? 0 : buttons.delete(each)));
    if (answer.streams.length === 0) {
      const filtered = FILTERS.some((name) => state[name]);
      place.replaceChildren(
        emptyBox(
          filtered ? 'No open stream is like this' : 'No stream is open',
          filtered
            ? 'Users and addresses are compared as a whole. Take a filter away, or wait: the list is asked for anew.'
            : 'Open one: choose a route in Live, or follow it with curl -N.',
        ),
      );
    } else if (!place.contains(streams.element)) {
      place.replaceChildren(streams.element);
    }
    streams.show(answer.streams);
    const shown = answer.streams.length;
    total.textContent =
      shown < answer.count
        ? `the first ${count(shown)} of ${plural(answer.count, 'stream')}`
        : plural(answer.count, 'stream');
  }

  for (const [name, input] of Object.entries(inputs)) {
    input.addEventListener('input', changed);
    input.value = parameters.get(name) ?? '';
    state[name] = input.value;
  }
  order.value = ORDERS.some(([id]) => id === parameters.get('sort')) ? parameters.get('sort') : 'age';
  state.sort = order.value;
  state.route = parameters.get('route') ?? '';
  limit.value = ['200', '1000'].includes(parameters.get('limit')) ? parameters.get('limit') : '50';
  state.limit = limit.value;
  knownRoutes()
    .then(({ routes }) => {
      route.append(...routes.map(({ name }) => h('option', { value: name }, name)));
      route.value = state.route;
    })
    .catch(() => {}); // the list itself says what is wrong

  root.append(
    head('Streams', 'Who is connected, and how far behind.', total),
    grants.element,
    h(
      'form',
      { class: 'filters', onsubmit: (event) => event.preventDefault() },
      field('Order', order),
      field('Route', route),
      field('User', inputs.subject),
      field('Address', inputs.address),
      field('Client address', inputs.remote),
      field('Show', limit),
    ),
    trouble,
    place,
  );

  let told = '';
  const polling = watch(
    EVERY_MILLIS,
    trouble,
    place,
    (signal) => get(`streams?${asQuery()}`, { signal }),
    (answer) => {
      showAll(answer);
      if (told !== total.textContent) {
        told = total.textContent;
        announce(told);
      }
    },
  );
  const stopGrants = session.onChange(() => buttons.forEach(allow));

  return {
    close() {
      polling.stop();
      grants.stop();
      stopGrants();
    },
  };
}
