import { freshId, h } from './dom.js';
import { field, problemBox, select } from './parts.js';
import { fill, knownRoutes, match, parametersOf, recent } from './routes.js';

const OTHER = '';
const STARTS = [
  ['now', 'Now'],
  ['earliest', 'Earliest kept'],
  ['last', 'Last n'],
  ['since', 'Since'],
  ['id', 'After an id'],
];
const EXAMPLES = { last: '100', since: '5m', id: 'mx09n4mrix448-7' };
const HINTS = {
  last: 'So many of the newest events',
  since: '5m, 90s, 2h, or 2026-01-31T12:00:00Z',
  id: 'The id of the last event that you have',
};

// Where to follow, and from which event on. Routes are those of the configuration; any other path can be typed.
export function createPicker(parameters, onFollow) {
  const problem = h('p', { class: 'hint bad-text', role: 'alert' });
  const place = h('div', { class: 'picker-fields' });
  const valueId = freshId('start');
  const startValue = h('input', { id: valueId, autocomplete: 'off', spellcheck: 'false', class: 'mono' });
  const startHint = h('span', { class: 'hint' });
  const startField = h(
    'div',
    { class: 'field half' },
    h('label', { class: 'field-name', for: valueId }, 'Which'),
    startValue,
    startHint,
  );
  const kind = select(STARTS, 'now', showStart);
  const startKind = field('Start', kind);
  startKind.classList.add('half');
  const route = select([[OTHER, 'Another path']], OTHER, () => showFields());
  const trouble = h('div', {});
  let routes = [];
  let inputs = []; // [name, input] of parameters, or the one for a path
  let boxes = []; // [address, checkbox]

  const element = h(
    'form',
    {
      class: 'picker card',
      'aria-label': 'What to follow',
      onsubmit: (event) => {
        event.preventDefault();
        const wanted = wish();
        if (wanted) {
          onFollow(wanted);
        }
      },
    },
    field('Route', route),
    place,
    startKind,
    startField,
    h('button', { type: 'submit', class: 'primary' }, 'Follow'),
    problem,
    trouble,
  );

  function chosen() {
    return routes.find(({ name }) => name === route.value) ?? null;
  }

  function showStart() {
    startField.hidden = !(kind.value in HINTS);
    startHint.textContent = HINTS[kind.value] ?? '';
    startValue.placeholder = EXAMPLES[kind.value] ?? '';
    startValue.type = kind.value === 'last' ? 'number' : 'text';
    startValue.min = '1';
    startValue.required = !startField.hidden;
  }

  function showFields(values = {}, wanted = [], path = '') {
    const of = chosen();
    problem.textContent = '';
    boxes = [];
    if (of === null) {
      const input = h('input', {
        class: 'mono',
        required: true,
        placeholder: '/topics/weather',
        autocomplete: 'off',
        spellcheck: 'false',
      });
      input.value = path;
      inputs = [['', input]];
      place.replaceChildren(field('Path', input));
      return;
    }
    inputs = parametersOf(of.path).map((name) => {
      const input = h('input', { class: 'mono', required: true, autocomplete: 'off', spellcheck: 'false' });
      input.value = values[name] ?? '';
      return [name, input];
    });
    place.replaceChildren(...inputs.map(([name, input]) => field(name, input)));
    if (of.addresses.length > 1) {
      boxes = of.addresses.map((address) => [
        address,
        h('input', { type: 'checkbox', checked: wanted.includes(address) }),
      ]);
      place.append(
        h(
          'fieldset',
          { class: 'field' },
          h('legend', { class: 'field-name' }, 'Addresses (none chosen: all)'),
          h(
            'div',
            { class: 'tools' },
            ...boxes.map(([address, box]) => h('label', { class: 'check mono' }, box, address)),
          ),
        ),
      );
    }
  }

  function start() {
    return kind.value in HINTS ? { kind: kind.value, value: startValue.value.trim() } : { kind: kind.value };
  }

  // What the form asks for; null, and said, where something is missing.
  function wish() {
    const of = chosen();
    problem.textContent = '';
    const values = Object.fromEntries(inputs.map(([name, input]) => [name, input.value]));
    const path = of === null ? inputs[0][1].value.trim() : fill(of.path, values);
    if (!path.startsWith('/') || path.startsWith('//')) {
      problem.textContent = `expected a path of this bridge, such as /topics/weather, got “${path}”`;
      return null;
    }
    if (kind.value === 'last' && !/^[1-9]\d{0,8}$/.test(startValue.value)) {
      problem.textContent = `Last n: expected a whole number from 1 on, got “${startValue.value}”`;
      return null;
    }
    const known = of ?? routes.find((each) => match(each.path, path)) ?? null;
    const picked = boxes
      .filter(([, box]) => box.checked)
      .map(([address]) => known && address.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole));
    return {
      path,
      start: start(),
      addresses: picked,
      gapType: known?.gapType ?? 'sse.gap',
      heartbeat: known?.heartbeat,
    };
  }

  function set(wanted) {
    const found = routes.map((each) => [each, match(each.path, wanted.path)]).find(([, values]) => values !== null);
    route.value = found ? found[0].name : OTHER;
    const picked = found
      ? found[0].addresses.filter((address) =>
          wanted.addresses.includes(address.replace(/\{(\w+)\}/g, (whole, name) => found[1][name] ?? whole)),
        )
      : [];
    showFields(found?.[1] ?? {}, picked, wanted.path);
    kind.value = wanted.start.kind;
    showStart();
    startValue.value = wanted.start.value ?? '';
  }

  // What an address says is to be followed; null where it says nothing.
  async function read(from) {
    await loaded;
    const path = from.get('path');
    const named = ['id', 'last', 'since'].find((each) => from.get(each));
    const begin = named
      ? { kind: named, value: from.get(named) }
      : { kind: from.get('from') === 'earliest' ? 'earliest' : 'now' };
    if (!path) {
      return null;
    }
    set({ path, start: begin, addresses: from.getAll('address') });
    return wish();
  }

  const loaded = knownRoutes()
    .then((known) => {
      routes = known.routes;
      route.replaceChildren(
        ...routes.map(({ name, path }) => h('option', { value: name }, `${name}  ${path}`)),
        h('option', { value: OTHER }, 'Another path'),
      );
      route.value = routes[0]?.name ?? OTHER;
      showFields();
      if (recent.path) {
        set({ path: recent.path, start: { kind: 'now' }, addresses: [] });
      }
    })
    .catch((failure) => {
      showFields();
      trouble.replaceChildren(
        failure.status === 403
          ? h('p', { class: 'hint' }, 'The list of routes is not for you: type the path of one.')
          : problemBox(failure),
      );
    });
  showStart();

  return {
    element,
    wish,
    set,
    read,
    ready: read(parameters),
    parameters: (wanted) =>
      wanted === null
        ? {}
        : {
            path: wanted.path,
            address: wanted.addresses,
            ...(wanted.start.kind === 'earliest' ? { from: 'earliest' } : {}),
            ...(wanted.start.value ? { [wanted.start.kind]: wanted.start.value } : {}),
          },
  };
}
