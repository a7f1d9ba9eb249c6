import { h } from './dom.js';
import { clockMillis, count, millis, plural } from './format.js';
import { emptyBox } from './parts.js';
import { figure, table, text } from './table.js';

const MOST_RESULTS = 200; // that the figures are of
const MOST_SHOWN = 50;
const SHOWN_EVERY_MILLIS = 250; // a table that is laid out for each of a hundred messages a second delays what it times

// What became of messages that were published: the newest of them, and how long they took.
export function createAnswers() {
  let results = [];
  let sent = 0;
  let refused = 0;
  const summary = h('dl', { class: 'limits', hidden: true });
  const empty = emptyBox(
    'Nothing was published yet',
    'What the server answers stands here: the status, the position of the message, and how long it was on its way.',
  );
  const place = h('div', { class: 'card' }, empty);

  const list = table(
    'Answers, newest first, and the way of each message back to this page',
    [
      text('Sent', (each) => clockMillis(each.time), {
        nowrap: true,
        sub: (each) => (each.number > 1 || sent > 1 ? `number ${count(each.number)}` : ''),
      }),
      {
        label: 'Status',
        make: () => h('span', {}, h('span', { class: 'chip' }), h('span', { class: 'cell-sub' })),
        show(cell, each) {
          const isGood = each.status >= 200 && each.status < 300;
          cell.firstChild.className = `chip ${each.status === null ? '' : isGood ? 'good' : 'bad'}`;
          cell.firstChild.textContent = each.status === null ? 'sending' : each.status || 'no answer';
          cell.lastChild.textContent = each.detail ?? '';
        },
      },
      text('Position', (each) => each.position ?? '–', {
        mono: true,
        nowrap: true,
        sub: (each) => (each.published > 1 ? `${plural(each.published, 'message')}` : ''),
      }),
      figure('Answer', (each) => millis(each.answered), { nowrap: true }),
      figure('Way here', (each) => millis(each.way), {
        nowrap: true,
        sub: (each) =>
          each.repeated
            ? 'published and here before'
            : each.way === undefined && each.status === 202
              ? 'no position was told'
              : each.way === undefined && each.position
                ? 'not here yet'
                : '',
      }),
    ],
    (each) => String(each.number),
  );

  function measured(name, value) {
    return h('div', { class: 'limit' }, h('dt', {}, name), h('dd', {}, value));
  }

  function paint() {
    if (results.length === 0) {
      return;
    }
    if (!place.contains(list.element)) {
      place.replaceChildren(list.element);
    }
    list.show(results.slice(0, MOST_SHOWN));
    const ways = results
      .map((each) => each.way)
      .filter((way) => way !== undefined)
      .sort((a, b) => a - b);
    const at = (part) => millis(ways[Math.min(ways.length - 1, Math.floor(ways.length * part))]);
    summary.hidden = results.length < 2;
    summary.replaceChildren(
      measured('Sent', count(sent)),
      measured('Refused', count(refused)),
      measured('Way p50', at(0.5)),
      measured('Way p99', at(0.99)),
      measured('Way max', millis(ways.at(-1))),
    );
  }

  let last = 0;
  let timer = 0;

  function repaint() {
    clearTimeout(timer);
    timer = setTimeout(
      () => {
        last = performance.now();
        paint();
      },
      Math.max(0, last + SHOWN_EVERY_MILLIS - performance.now()),
    );
  }

  return {
    element: h('div', { class: 'publish-results' }, summary, place),
    repaint,
    // The server has answered, or did not.
    settled(result) {
      refused += result.status === 0 || result.status >= 400 ? 1 : 0;
      repaint();
    },
    // result: { number, time, status, position, answered, way }, filled in as it becomes known
    add(result) {
      results.unshift(result);
      results.length = Math.min(results.length, MOST_RESULTS);
      sent += 1;
      repaint();
    },
    clear() {
      results = [];
      sent = 0;
      refused = 0;
    },
  };
}
