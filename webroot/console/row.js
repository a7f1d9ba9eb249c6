import { h, icon } from './dom.js';
import { bytes, clockMillis, count, visible } from './format.js';

// A line of the list of events. The same heights stand in views.css.
const narrow = matchMedia('(max-width: 820px)');
const PREVIEW = 300;
const SIGNS = { gap: 'gap', open: 'plug', lost: 'warn', source: 'sources', store: 'store', note: 'warn' };
const REASONS = {
  evicted: 'older than what is kept',
  slow: 'this reader was too slow',
  store: 'the store could not take or give them',
  dropped: 'more than the bridge could take',
  epoch: 'that history is no more',
  unknown: 'lost on the way, or the id is of another history',
};

export function rowHeight() {
  return narrow.matches ? 46 : 28;
}

export function gapText(item) {
  if (item.policy === 'conflate') {
    return `${count(item.missed)} events merged · newer ones of their keys have come, or still come`;
  }
  const missed =
    item.missed === null
      ? 'An unknown number of events'
      : item.missed === 1
        ? '1 event'
        : `${count(item.missed)} events`;
  return `${missed} missing · ${item.reason}${REASONS[item.reason] ? `: ${REASONS[item.reason]}` : ''}`;
}

export function markText(item) {
  return visible(item.kind === 'gap' ? gapText(item) : item.text);
}

// What the columns are; for the eye alone, as each row tells all of itself.
export function rowHead() {
  return h(
    'div',
    { class: 'row-head', 'aria-hidden': 'true' },
    ...['Time', 'Type', 'Id', 'Size', 'Data'].map((name) => h('span', { class: `row-${name.toLowerCase()}` }, name)),
  );
}

export function makeRow() {
  const time = h('span', { class: 'row-time' });
  const type = h('span', { class: 'row-type' });
  const epoch = h('span', { class: 'row-epoch' });
  const sequence = h('span', { class: 'row-sequence' });
  const size = h('span', { class: 'row-size' });
  const data = h('span', { class: 'row-data' });
  const event = [time, type, h('span', { class: 'row-id' }, epoch, sequence), size, data];
  const element = h('div', { class: 'row' });
  let shape = '';

  return {
    element,
    show(item) {
      const [kind, quality = ''] = item.kind.split(' ');
      const wanted = kind === 'event' ? 'row' : `row mark mark-${kind} ${quality}`;
      if (shape !== wanted) {
        shape = wanted;
        element.className = wanted;
        element.replaceChildren(
          ...(kind === 'event' ? event : [time, h('span', { class: 'mark-sign' }, icon(SIGNS[kind])), data]),
        );
      }
      time.textContent = clockMillis(item.time);
      if (kind !== 'event') {
        data.textContent = markText(item);
        return;
      }
      const cut = item.id.lastIndexOf('-') + 1;
      type.textContent = visible(item.type);
      epoch.textContent = visible(item.id.slice(0, cut));
      sequence.textContent = visible(item.id.slice(cut));
      size.textContent = bytes(item.size);
      data.textContent = visible(item.data.slice(0, PREVIEW));
    },
  };
}
