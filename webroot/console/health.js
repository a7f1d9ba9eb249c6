import { get, poll } from './api.js';
import { h, icon } from './dom.js';
import { clock } from './format.js';
import { head, problemBox } from './parts.js';

const EVERY_MILLIS = 3000;
const PROBES = [
  ['live', 'Live', 'Whether each event loop answers. Where not, the process should be started anew.'],
  ['ready', 'Ready', 'Whether clients should be sent here: routes are served, sources are within their tolerance.'],
];
const PARTS = {
  loops: 'Event loops answer',
  routes: 'Routes are served, and it was not told to stop',
  sources: 'Sources have a stream, or are within their tolerance',
  stores: 'Stores of history take events',
  cluster: 'The cluster has as many nodes as it should',
};

function partOf({ id, status, data }) {
  const up = status === 'UP';
  const { reason, ...more } = data ?? {};
  return h(
    'li',
    { class: 'part' },
    h('span', { class: `chip ${up ? 'good' : 'bad'}` }, up ? 'up' : 'down'),
    h(
      'div',
      {},
      h('p', { class: 'part-name' }, id, PARTS[id] ? h('span', { class: 'soft' }, ` ${PARTS[id]}`) : null),
      reason ? h('p', { class: 'part-reason' }, reason) : null,
      Object.keys(more).length ? h('pre', { class: 'wrap' }, JSON.stringify(more, null, 2)) : null,
    ),
  );
}

export function mount(root) {
  const when = h('p', { class: 'soft number' });
  const cards = h('div', { class: 'pair' });
  root.append(head('Health', 'What a balancer and Kubernetes ask. Everybody who can connect may.', when), cards);
  const places = PROBES.map(([path, title, purpose]) => {
    const badge = h('p', { class: 'verdict' });
    const parts = h('ul', { class: 'parts' });
    cards.append(
      h(
        'section',
        { class: 'card probe', 'aria-label': title },
        h(
          'div',
          { class: 'probe-head' },
          badge,
          h(
            'div',
            {},
            h('h2', {}, title, ' ', h('code', { class: 'soft' }, `GET /${path}`)),
            h('p', { class: 'soft' }, purpose),
          ),
        ),
        parts,
      ),
    );
    return { path, badge, parts, was: '' };
  });

  async function ask(place, signal) {
    try {
      const answer = await get(place.path, { signal, accept: [200, 503] });
      const now = JSON.stringify(answer);
      if (place.was !== now) {
        place.was = now;
        const up = answer.status === 'UP';
        place.badge.className = `verdict ${up ? 'good' : 'bad'}`;
        place.badge.replaceChildren(icon(up ? 'health' : 'warn'), h('span', {}, up ? 'Up' : 'Down'));
        place.parts.replaceChildren(...answer.checks.map(partOf));
      }
    } catch (problem) {
      if (!signal.aborted) {
        place.was = '';
        place.badge.className = 'verdict bad';
        place.badge.replaceChildren(icon('warn'), h('span', {}, 'No answer'));
        place.parts.replaceChildren(h('li', {}, problemBox(problem)));
      }
    }
  }

  const polling = poll(EVERY_MILLIS, async (signal) => {
    await Promise.all(places.map((place) => ask(place, signal)));
    when.textContent = `asked at ${clock(Date.now())}`;
  });
  return { close: () => polling.stop() };
}
