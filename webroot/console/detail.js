import { h, icon } from './dom.js';
import { bytes, clockMillis, count, dateTime, visible } from './format.js';
import { foldAll, jsonTree, parseJson } from './json.js';
import { button, copy } from './parts.js';
import { markText } from './row.js';

const MOST_RAW = 200_000;

// One event in full: as JSON, folded, or as it is.
export function createDetail({ onClose, onResume }) {
  const element = h('section', {
    class: 'card detail',
    'aria-label': 'The selected event',
    hidden: true,
    tabindex: '-1',
  });
  let raw = false;

  function field(name, value) {
    return value === undefined || value === null || value === ''
      ? []
      : [h('dt', {}, name), h('dd', { class: 'mono wrap' }, visible(value))];
  }

  function json(item) {
    try {
      return { value: parseJson(item.data) };
    } catch {
      return null;
    }
  }

  function body(item, value) {
    if (raw || value === null) {
      const cut = item.data.length > MOST_RAW;
      return [
        h('pre', { class: 'raw', tabindex: '0', 'aria-label': 'Data' }, item.data.slice(0, MOST_RAW)),
        cut
          ? h(
              'p',
              { class: 'hint' },
              `The first ${count(MOST_RAW)} of ${count(item.data.length)} characters; copy it to have all.`,
            )
          : null,
      ];
    }
    const tree = jsonTree(value.value);
    return [
      h(
        'div',
        { class: 'tools json-tools' },
        button('Unfold all', () => foldAll(tree, true), { kind: 'small ghost' }),
        button('Fold all', () => foldAll(tree, false), { kind: 'small ghost' }),
      ),
      tree,
    ];
  }

  function show(item) {
    element.hidden = item === null;
    if (item === null) {
      element.replaceChildren();
      return;
    }
    const isEvent = item.kind === 'event';
    const value = item.data ? json(item) : null;
    const views =
      value === null
        ? null
        : h(
            'div',
            { class: 'tools', role: 'group', 'aria-label': 'Show data as' },
            ...[
              ['JSON', false],
              ['Raw', true],
            ].map(([label, wanted]) =>
              button(
                label,
                () => {
                  raw = wanted;
                  show(item);
                  element.querySelector('[aria-pressed="true"]').focus();
                },
                { kind: 'small', 'aria-pressed': String(raw === wanted) },
              ),
            ),
          );
    element.replaceChildren(
      ...[
        h(
          'div',
          { class: 'detail-head' },
          h('h2', {}, isEvent ? visible(item.type) : markText(item)),
          h(
            'button',
            { type: 'button', class: 'ghost small', 'aria-label': 'Close the event', onclick: onClose },
            icon('close'),
          ),
        ),
        h(
          'dl',
          { class: 'facts' },
          ...field('Id', item.id),
          ...field('Time', `${dateTime(item.time).slice(0, 10)} ${clockMillis(item.time)}`),
          ...field('Size', item.size ? bytes(item.size) : ''),
          ...field('From', item.from),
          ...field('To', item.to),
          ...field('Policy', item.policy),
        ),
        h(
          'div',
          { class: 'tools' },
          views,
          item.data ? button('Copy data', () => copy(item.data, 'Data'), { kind: 'small', sign: 'copy' }) : null,
          item.id ? button('Copy id', () => copy(item.id, 'Id'), { kind: 'small', sign: 'copy' }) : null,
          item.id ? button('Resume after this', () => onResume(item.id), { kind: 'small', sign: 'play' }) : null,
        ),
        ...(item.data ? body(item, value) : []),
      ].filter(Boolean),
    );
    element.scrollTop = 0;
  }

  element.addEventListener('keydown', (event) => event.key === 'Escape' && onClose());
  return { element, show, focus: () => element.focus() };
}
