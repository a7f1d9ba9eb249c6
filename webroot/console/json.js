import { h } from './dom.js';
import { plural } from './format.js';

// A JSON value as people read it: folded where it is deep, and made only as far as it is unfolded.
const OPEN_DEPTH = 2;
const OPEN_MEMBERS = 40;
const AT_ONCE = 200;

function scalar(value) {
  const kind = value === null || typeof value === 'boolean' ? 'word' : typeof value;
  return h('span', { class: `json-${kind}` }, JSON.stringify(value));
}

function keyOf(name) {
  return name === null
    ? null
    : h(
        'span',
        { class: 'json-key' },
        typeof name === 'number' ? `${name}` : JSON.stringify(name),
        h('span', { class: 'json-sign' }, ': '),
      );
}

function node(name, value, depth) {
  if (value === null || typeof value !== 'object') {
    return h('li', { class: 'json-leaf' }, keyOf(name), scalar(value));
  }
  const list = Array.isArray(value);
  const entries = list ? value.map((each, at) => [at, each]) : Object.entries(value);
  const [left, right] = list ? ['[', ']'] : ['{', '}'];
  if (entries.length === 0) {
    return h('li', { class: 'json-leaf' }, keyOf(name), h('span', { class: 'json-sign' }, left + right));
  }
  const members = h('ul', {});
  const fold = h(
    'details',
    {},
    h(
      'summary',
      {},
      keyOf(name),
      h('span', { class: 'json-sign' }, left),
      h('span', { class: 'json-folded' }, ` ${plural(entries.length, list ? 'item' : 'member')} ${right}`),
    ),
    members,
    h('span', { class: 'json-sign json-end' }, right),
  );
  let made = 0;
  function more() {
    const next = entries.slice(made, made + AT_ONCE);
    made += next.length;
    members.append(...next.map(([key, each]) => node(key, each, depth + 1)));
    if (made < entries.length) {
      const rest = h(
        'li',
        {},
        h(
          'button',
          {
            type: 'button',
            class: 'small ghost',
            onclick: () => {
              rest.remove();
              more();
            },
          },
          `${plural(entries.length - made, 'more item')}`,
        ),
      );
      members.append(rest);
    }
  }
  fold.addEventListener('toggle', () => fold.open && made === 0 && more());
  if (depth < OPEN_DEPTH && (depth === 0 || entries.length <= OPEN_MEMBERS)) {
    more();
    fold.open = true;
  }
  return h('li', {}, fold);
}

export function jsonTree(value) {
  return h('ul', { class: 'json' }, node(null, value, 0));
}

export function foldAll(tree, open) {
  const folds = [...tree.querySelectorAll('details')].slice(0, 2000);
  folds.slice(open ? 0 : 1).forEach((each) => {
    each.open = open;
  });
}
