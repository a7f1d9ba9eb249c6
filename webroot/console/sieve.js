import { freshId, h } from './dom.js';
import { compile } from './jsonpath.js';
import { field } from './parts.js';

const MOST_TYPES = 100;

// The filter: a text, types, and a JSON path. Marks pass always: what happened to the stream is never filtered away.
export function createSieve(parameters, onChange) {
  const problemId = freshId('problem');
  const text = h('input', { type: 'search', autocomplete: 'off', placeholder: 'in data, id or type' });
  const seen = h('datalist', { id: freshId('types') });
  const types = h('input', { type: 'search', autocomplete: 'off', placeholder: 'reading, alert', list: seen.id });
  const path = h('input', {
    type: 'search',
    class: 'mono',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: '$.a.b[0] = x',
    'aria-describedby': problemId,
  });
  const problem = h('p', { class: 'hint bad-text', id: problemId, role: 'status' });
  const help = h(
    'details',
    { class: 'help' },
    h('summary', {}, 'How paths are written'),
    h(
      'dl',
      { class: 'facts' },
      ...[
        ['$.celsius > 20', 'numbers: = != < <= > >='],
        ['$.room = north', 'texts, with or without quotes'],
        ['$.name ~ rain', 'the text holds it, in capitals or not'],
        ['$.items[0].id', 'it is there'],
        ['$.items[*].id = 7', 'any of the items'],
        ['$["a key"]', 'any name of a member'],
      ].flatMap(([example, meaning]) => [h('dt', { class: 'mono' }, example), h('dd', {}, meaning)]),
    ),
  );
  const element = h(
    'form',
    {
      class: 'filters sieve',
      role: 'search',
      'aria-label': 'Filter the events',
      onsubmit: (event) => event.preventDefault(),
    },
    field('Text', text),
    field('Types', types),
    seen,
    field('JSON path', path),
    help,
    problem,
  );

  function pathTest() {
    path.removeAttribute('aria-invalid');
    problem.textContent = '';
    if (path.value.trim() === '') {
      return null;
    }
    try {
      return compile(path.value);
    } catch (wrong) {
      path.setAttribute('aria-invalid', 'true');
      problem.textContent = `JSON path: ${wrong.message}`;
      return null; // not to be taken for a filter that nothing passes
    }
  }

  function build() {
    const part = text.value.trim().toLowerCase();
    const wanted = new Set(
      types.value
        .split(',')
        .map((each) => each.trim())
        .filter(Boolean),
    );
    const json = pathTest();
    return (item) => {
      if (item.kind !== 'event') {
        return true;
      }
      if (wanted.size > 0 && !wanted.has(item.type)) {
        return false;
      }
      if (
        part &&
        !item.data.toLowerCase().includes(part) &&
        !item.id.includes(part) &&
        !item.type.toLowerCase().includes(part)
      ) {
        return false;
      }
      if (json === null) {
        return true;
      }
      try {
        return json(JSON.parse(item.data));
      } catch {
        return false; // no JSON
      }
    };
  }

  function set(from) {
    text.value = from.get('text') ?? '';
    types.value = from.get('types') ?? '';
    path.value = from.get('json') ?? '';
    onChange(build());
  }

  let timer = 0;
  element.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => onChange(build()), 120); // not for each key that is pressed
  });
  queueMicrotask(() => set(parameters));

  const known = new Set();

  return {
    element,
    set,
    // Offers a type that has come.
    offer(type) {
      if (!known.has(type) && known.size < MOST_TYPES) {
        known.add(type);
        seen.append(h('option', { value: type }));
      }
    },
    parameters: () => ({ text: text.value.trim(), types: types.value.trim(), json: path.value.trim() }),
  };
}
