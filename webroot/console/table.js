import { arrange, h } from './dom.js';
import { visible } from './format.js';

// A table whose rows stay the same elements as long as what they show is there: what has the focus keeps it.
//
//   columns: [{ name, label, class, cell(item) -> text or element, update(element, item) }]
//
// A cell is made once; update, where there is one, is called each time, else its text is set anew.
export function table(caption, columns, keyOf, options = {}) {
  const body = h('tbody', { role: 'rowgroup' });
  const rows = new Map();
  const element = h(
    'table',
    { class: 'cards', role: 'table' },
    h('caption', { class: options.hideCaption ? 'visually-hidden' : '' }, caption),
    h(
      'thead',
      { role: 'rowgroup' },
      h(
        'tr',
        { role: 'row' },
        ...columns.map((column) =>
          h(
            'th',
            { scope: 'col', role: 'columnheader', class: column.class ?? '' },
            column.hidden ? h('span', { class: 'visually-hidden' }, column.label) : column.label,
          ),
        ),
      ),
    ),
    body,
  );

  function makeRow(item) {
    const cells = columns.map((column, at) =>
      h(
        at === 0 ? 'th' : 'td',
        {
          scope: at === 0 ? 'row' : null,
          role: at === 0 ? 'rowheader' : 'cell',
          class: column.hidden ? `${column.class} commands` : (column.class ?? ''),
          dataset: { label: column.label },
        },
        column.make ? column.make(item) : h('span', {}),
      ),
    );
    return { row: h('tr', { role: 'row', dataset: { key: keyOf(item) } }, ...cells), cells };
  }

  function show(items) {
    const present = new Set();
    const wanted = items.map((item) => {
      const key = keyOf(item);
      present.add(key);
      if (!rows.has(key)) {
        rows.set(key, makeRow(item));
      }
      const { row, cells } = rows.get(key);
      columns.forEach((column, at) => column.show?.(cells[at].firstElementChild, item));
      return row;
    });
    rows.forEach((made, key) => present.has(key) || rows.delete(key));
    arrange(body, wanted);
  }

  return {
    element: h('div', { class: 'table-wrap', tabindex: '0', role: 'region', 'aria-label': caption }, element),
    show,
  };
}

// A column whose cells are texts; with more below it in small, where sub says something.
export function text(label, of, options = {}) {
  return {
    label,
    class: options.class ?? '',
    make: () =>
      h(
        'span',
        {},
        h('span', { class: `${options.mono ? 'mono' : ''} ${options.nowrap ? 'nowrap' : 'wrap'}` }),
        h('span', { class: 'cell-sub' }),
      ),
    show(cell, item) {
      write(cell.firstChild, of(item));
      write(cell.lastChild, options.sub?.(item) ?? '');
    },
  };
}

export function figure(label, of, options = {}) {
  return text(label, of, { ...options, class: 'right' });
}

function write(element, value) {
  const wanted = visible(value);
  if (element.textContent !== wanted) {
    element.textContent = wanted;
    element.title = wanted.length > 40 ? wanted : '';
  }
}
