import { h } from './dom.js';
import { plural, visible } from './format.js';

// A JSON value as people read it: folded where it is deep, and made only as far as it is unfolded.
const OPEN_DEPTH = 2;
const OPEN_MEMBERS = 40;
const AT_ONCE = 200;
const MOST_UNFOLDED = 2000;
const MOST_DEPTH = 100; // unfolded at once: a browser lays out a tree of thousands of levels slowly, or not at all

// A number as it was written: 12345678901234567890 and 1.0 are others once they are numbers of JavaScript.
class Numeral {
  constructor(source) {
    this.source = source;
  }
}

// The value of a text; throws where it is no JSON.
export function parseJson(text) {
  const value = JSON.parse(text);
  try {
    return JSON.parse(text, (key, each, context) =>
      typeof each === 'number' && context?.source !== undefined && context.source !== String(each)
        ? new Numeral(context.source)
        : each,
    );
  } catch {
    return value; // too deep to be walked through
  }
}

function scalar(value) {
  if (value instanceof Numeral) {
    return h('span', { class: 'json-number' }, value.source);
  }
  const kind = value === null || typeof value === 'boolean' ? 'word' : typeof value;
  return h('span', { class: `json-${kind}` }, visible(JSON.stringify(value)));
}

function keyOf(name) {
  return name === null
    ? null
    : h(
        'span',
        { class: 'json-key' },
        typeof name === 'number' ? `${name}` : visible(JSON.stringify(name)),
        h('span', { class: 'json-sign' }, ': '),
      );
}

const contents = new WeakMap(); // makes what is in a fold, where it is not made yet

function node(name, value, depth) {
  if (value === null || typeof value !== 'object' || value instanceof Numeral) {
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
  const open = () => made === 0 && more();
  contents.set(fold, open);
  fold.addEventListener('toggle', () => fold.open && open());
  if (depth < OPEN_DEPTH && (depth === 0 || entries.length <= OPEN_MEMBERS)) {
    open();
    fold.open = true;
  }
  return h('li', {}, fold);
}

export function jsonTree(value) {
  return h('ul', { class: 'json' }, node(null, value, 0));
}

// Unfolds the tree from its top on, as far as a page bears it; or folds all but its top.
export function foldAll(tree, open) {
  if (!open) {
    [...tree.querySelectorAll('details')].slice(1).forEach((each) => {
      each.open = false;
    });
    return;
  }
  const folds = [[tree.querySelector('details'), 0]];
  for (let at = 0; at < folds.length && at < MOST_UNFOLDED; at += 1) {
    const [fold, depth] = folds[at];
    if (fold !== null && depth < MOST_DEPTH) {
      contents.get(fold)();
      fold.open = true;
      folds.push(...[...fold.querySelectorAll(':scope > ul > li > details')].map((each) => [each, depth + 1]));
    }
  }
}
