import { about, command, get } from './api.js';
import { h } from './dom.js';
import { count, plural } from './format.js';
import {
  allow,
  button,
  commandButton,
  confirm,
  emptyBox,
  field,
  grantNote,
  head,
  problemBox,
  select,
  toast,
} from './parts.js';
import { forgetRoutes } from './routes.js';
import { note } from './router.js';
import { session } from './session.js';

const MOST_FOUND = 500;
const LEVELS = ['all', 'trace', 'debug', 'info', 'warning', 'error', 'off'].map((each) => [each, each]);

// All values with their keys, in their order: [{ key, pointer, value }].
function flatten(value, path = [], all = []) {
  const entries = value !== null && typeof value === 'object' ? Object.entries(value) : [];
  if (entries.length === 0) {
    all.push({
      key: path.join('.'),
      pointer: `/${path.map((each) => each.replace(/~/g, '~0').replace(/\//g, '~1')).join('/')}`,
      value,
    });
  } else if (Array.isArray(value) && value.every((each) => each === null || typeof each !== 'object')) {
    all.push({ key: path.join('.'), pointer: `/${path.join('/')}`, value });
  } else {
    entries.forEach(([name, each]) => flatten(each, [...path, name], all));
  }
  return all;
}

// The end of a long path is what tells files apart.
function shortened(origin) {
  return origin.length > 44 ? origin.replace(/^.*(?=\/[^/]+\/[^/]+$)/, '…') : origin;
}

function shown(value) {
  if (value === '***') {
    return h('span', { class: 'secret' }, '*** hidden');
  }
  if (value === null) {
    return h('span', { class: 'soft' }, 'none');
  }
  const kind = typeof value === 'boolean' ? 'word' : typeof value === 'number' ? 'number' : 'string';
  return h('span', { class: `json-${kind}` }, typeof value === 'string' ? value : JSON.stringify(value));
}

export function mount(root, parameters) {
  const search = h('input', { type: 'search', autocomplete: 'off', placeholder: 'a key or a value' });
  const onlySet = h('input', { type: 'checkbox' });
  const onlySetLabel = h('label', { class: 'check', hidden: true }, onlySet, 'Only what was set');
  const total = h('p', { class: 'soft', role: 'status' });
  const place = h('div', { class: 'config' });
  const trouble = h('div', {});
  const grants = grantNote();
  const level = select(LEVELS, 'info', setLevel);
  const reload = commandButton('Read again', reloadNow);
  const outcome = h('div', { role: 'status' });
  const program = h('div', { class: 'tools config-program wide', hidden: true }, field('Log level', level), reload);
  let values = [];
  let origins = null;

  function rowOf(each, prefix) {
    const origin = origins?.[each.pointer];
    return h(
      'div',
      { class: 'config-row' },
      h('dt', { class: 'mono' }, each.key.slice(prefix)),
      h(
        'dd',
        { class: 'mono wrap' },
        shown(each.value),
        origins === null
          ? null
          : h('span', { class: `origin ${origin ? 'set' : ''}`, title: origin ?? '' }, shortened(origin ?? 'default')),
      ),
    );
  }

  function groupOf(name, members, open) {
    const body = h('dl', {});
    const fold = h(
      'details',
      { class: 'card', open },
      h(
        'summary',
        {},
        h('span', { class: 'config-name mono' }, name),
        h('span', { class: 'soft number' }, plural(members.length, 'key')),
      ),
      body,
    );
    // Made when it is first opened: a big configuration has thousands of keys.
    function fill() {
      if (fold.open && body.childElementCount === 0) {
        body.append(
          ...members.map((each) => rowOf(each, members.length === 1 && each.key === name ? 0 : name.length + 1)),
        );
      }
    }
    fold.addEventListener('toggle', fill);
    fill();
    return fold;
  }

  // routes.news and its keys are one group, so are the keys of http.
  function groupName(key) {
    const parts = key.split('.');
    return ['routes', 'publish', 'sources', 'stores'].includes(parts[0]) ? parts.slice(0, 2).join('.') : parts[0];
  }

  function paint() {
    const wanted = search.value.trim().toLowerCase();
    note('configuration', { search: search.value.trim() });
    const found = values.filter(
      (each) =>
        (!wanted || each.key.toLowerCase().includes(wanted) || String(each.value).toLowerCase().includes(wanted)) &&
        (!onlySet.checked || origins?.[each.pointer]),
    );
    total.textContent =
      wanted || onlySet.checked
        ? `${plural(found.length, 'key')} of ${count(values.length)}`
        : plural(values.length, 'key');
    if (found.length === 0) {
      place.replaceChildren(
        emptyBox('No key or value is like this', 'Keys are written with dots: routes.news.history.events'),
      );
      return;
    }
    const groups = new Map();
    found.slice(0, wanted ? MOST_FOUND : found.length).forEach((each) => {
      const name = groupName(each.key);
      groups.set(name, [...(groups.get(name) ?? []), each]);
    });
    const open = Boolean(wanted) || onlySet.checked;
    place.replaceChildren(
      ...[...groups].map(([name, members]) =>
        groupOf(name, members, open || (found.length < 600 && /^(http|limits|routes|publish)\b/.test(name))),
      ),
      ...(wanted && found.length > MOST_FOUND
        ? [h('p', { class: 'soft' }, `and ${count(found.length - MOST_FOUND)} more: search for more`)]
        : []),
    );
  }

  async function load() {
    try {
      const answer = await get('config?origins=true');
      origins = Object.keys(answer.origins).length > 0 ? answer.origins : null; // an application has no file
      onlySetLabel.hidden = origins === null;
      values = flatten(answer.config);
      trouble.replaceChildren();
      paint();
    } catch (problem) {
      trouble.replaceChildren(problemBox(problem, load));
    }
  }

  async function loadLevel() {
    try {
      level.value = (await get('log-level')).level;
      program.hidden = false;
    } catch {
      program.hidden = true; // it is no program, or not for who asks: the rest of the view says that
    }
  }

  async function setLevel() {
    try {
      const answer = await command('PUT', 'log-level', { body: { level: level.value } });
      toast(`The log level is ${answer.level} until the configuration is read again`);
    } catch (problem) {
      toast(problem.message, 'bad');
    }
    loadLevel();
  }

  async function reloadNow() {
    if (
      !(await confirm(
        'Read the configuration again?',
        'As SIGHUP does. Nothing changes where something is wrong with it; streams ' +
          'that are open stay open where they can.',
        'Read it again',
      ))
    ) {
      return;
    }
    try {
      const answer = await command('POST', 'reload');
      forgetRoutes();
      outcome.replaceChildren(
        h(
          'div',
          { class: 'note good' },
          h('p', {}, answer.changed),
          ...answer.restart.map((each) => h('p', {}, `Needs a restart: ${each}`)),
          ...answer.notChanged.map((each) => h('p', {}, each)),
        ),
      );
      load();
    } catch (problem) {
      outcome.replaceChildren(problemBox(problem));
    }
  }

  let timer = 0;
  search.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(paint, 120);
  });
  onlySet.addEventListener('change', paint);
  search.value = parameters.get('search') ?? '';

  function permit() {
    allow(reload);
    level.disabled = session.whyNot !== null;
    level.title = session.whyNot ?? '';
  }
  permit();
  const stopGrants = session.onChange(permit);

  root.append(
    head(
      'Configuration',
      'What is in effect, every key with its value. Secrets are hidden by the bridge itself.',
      total,
    ),
    grants.element,
    h(
      'div',
      { class: 'filters' },
      field('Search', search),
      onlySetLabel,
      h(
        'div',
        { class: 'tools' },
        button('Unfold all', () =>
          place.querySelectorAll('details').forEach((each) => {
            each.open = true;
          }),
        ),
        button('Fold all', () =>
          place.querySelectorAll('details').forEach((each) => {
            each.open = false;
          }),
        ),
      ),
      program,
    ),
    outcome,
    trouble,
    place,
  );
  load();
  if (about().program) {
    loadLevel();
  }

  return {
    close() {
      clearTimeout(timer);
      grants.stop();
      stopGrants();
    },
  };
}
