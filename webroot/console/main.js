import { about, configure, learnGrant } from './api.js';
import { h, icon } from './dom.js';
import { figures } from './figures.js';
import { ask, button, field, problemBox } from './parts.js';
import { parse } from './router.js';
import { forgetRoutes } from './routes.js';
import { session } from './session.js';

// Each view is loaded when it is first looked at, and the others after it: they are there when the server is not.
const VIEWS = [
  ['overview', 'Overview', () => import('./overview.js')],
  ['live', 'Live', () => import('./live.js')],
  ['publish', 'Publish', () => import('./publish.js')],
  ['streams', 'Streams', () => import('./streams.js')],
  ['sources', 'Sources', () => import('./sources.js')],
  ['channels', 'Channels', () => import('./channels.js')],
  ['configuration', 'Configuration', () => import('./configuration.js')],
  ['health', 'Health', () => import('./health.js')],
];
const THEMES = ['system', 'light', 'dark'];
const THEME_KEY = 'sse-bridge-console-theme';

const main = document.getElementById('main');
const drawer = document.getElementById('drawer');
const menu = document.getElementById('menu');
const links = new Map();
let shown = { name: '', view: null };
let turns = 0;

function fold(open) {
  menu.setAttribute('aria-expanded', String(open));
  drawer.classList.toggle('is-open', open);
}

function buildNav() {
  for (const [name, title] of VIEWS) {
    const link = h('a', { href: `#/${name}` }, icon(name), h('span', {}, title));
    links.set(name, link);
    document.getElementById('nav').append(h('li', {}, link));
  }
  menu.addEventListener('click', () => fold(menu.getAttribute('aria-expanded') !== 'true'));
  menu.addEventListener('keydown', (event) => event.key === 'Escape' && fold(false));
  drawer.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && menu.getAttribute('aria-expanded') === 'true') {
      fold(false);
      menu.focus();
    }
  });
}

async function show() {
  const { view: name, parameters } = parse(location.hash);
  const found = VIEWS.find(([each]) => each === name);
  if (!found) {
    location.replace(`#/${VIEWS[0][0]}`);
    return;
  }
  if (shown.name === name && shown.view?.update) {
    shown.view.update(parameters);
    return;
  }
  turns += 1;
  const turn = turns;
  const first = shown.name === '';
  shown.view?.close();
  shown = { name, view: null };
  links.forEach((link, each) => {
    if (each === name) {
      link.setAttribute('aria-current', 'page');
    } else {
      link.removeAttribute('aria-current');
    }
  });
  document.title = `${found[1]} · ${about().name || 'sse-bridge'} console`;
  fold(false);
  const root = h('div', { class: `view view-${name}` });
  main.replaceChildren(root);
  main.scrollTop = 0;
  try {
    const { mount } = await found[2]();
    if (turn === turns) {
      shown.view = mount(root, parameters);
      if (!first) {
        root.querySelector('h1')?.focus();
      }
    }
  } catch (failure) {
    root.replaceChildren(
      problemBox(failure, () => {
        shown = { name: '', view: null };
        show();
      }),
    );
    throw failure;
  }
}

// The view anew, with what another user may see.
function again() {
  shown.view?.close();
  shown = { name: '', view: null };
  forgetRoutes(); // what was asked for in another's name may still be under way
  figures.start();
  show();
}

let asking = false;
let declined = false; // not asked again by itself, until another view is looked at

async function signIn(problem) {
  if (asking || (problem && declined)) {
    return;
  }
  asking = true;
  const input = h('input', {
    type: 'password',
    autocomplete: 'off',
    spellcheck: 'false',
    required: true,
    pattern: ' *[!-~]+ *',
    title: 'A token has letters, digits and signs of ASCII, and no space in it',
  });
  const token = await ask(
    'Sign in',
    () => ({
      children: [
        problem ? h('p', { class: 'note' }, `The bridge says: ${problem.message}`) : null,
        field(
          'Token',
          input,
          'Kept in this tab until it is closed, and sent as “Authorization: Bearer”. Never in an address.',
        ),
      ].filter(Boolean),
      value: () => input.value.trim(),
      focus: input,
    }),
    'Sign in',
  );
  asking = false;
  declined = token === null;
  if (token) {
    const { user } = session;
    session.signIn(token);
    await learnGrant();
    if (user !== null && user === session.user && shown.view?.goOn?.()) {
      figures.start();
    } else {
      again();
    }
  }
}

async function signOut() {
  session.signOut();
  await learnGrant();
  again();
}

function theme() {
  try {
    return localStorage.getItem(THEME_KEY) ?? 'system';
  } catch {
    return 'system';
  }
}

function setTheme(chosen) {
  if (chosen === 'system') {
    delete document.documentElement.dataset.theme;
  } else {
    document.documentElement.dataset.theme = chosen;
  }
  try {
    localStorage.setItem(THEME_KEY, chosen);
  } catch {
    // not kept, and in effect all the same
  }
  document.dispatchEvent(new CustomEvent('theme'));
}

function buildFoot() {
  const who = h('p', { class: 'who' });
  const sign = button('', () => (session.token ? signOut() : signIn()), { kind: 'ghost small' });
  const state = h('p', { class: 'feed' });
  const themes = h(
    'fieldset',
    { class: 'themes' },
    h('legend', { class: 'visually-hidden' }, 'Colours'),
    ...THEMES.map((each) =>
      h(
        'label',
        {},
        h('input', {
          type: 'radio',
          name: 'theme',
          value: each,
          checked: each === theme(),
          onchange: () => setTheme(each),
        }),
        h('span', {}, each),
      ),
    ),
  );
  document.getElementById('foot').append(state, h('div', { class: 'foot-row' }, who, sign), themes);

  function showWho() {
    const grant = { read: 'may read', write: 'may write', none: 'no grant' }[session.grant];
    const isOpen = !session.token && ['read', 'write'].includes(session.grant);
    const name = session.user ?? (session.token ? 'Signed in' : isOpen ? 'No token needed' : 'Not signed in');
    who.textContent = grant && !isOpen ? `${name} · ${grant}` : name;
    sign.lastChild.textContent = session.token ? 'Sign out' : 'Sign in';
  }
  showWho();
  session.onChange(showWho);
  figures.onState((kind, text) => {
    state.className = `feed ${kind}`;
    state.textContent = text;
  });
}

async function start() {
  buildNav();
  const response = await fetch('./setup.json', { cache: 'no-store' });
  if (!response.ok) {
    throw new Error(`setup.json: expected 200, got ${response.status}; look whether the console is mounted whole`);
  }
  configure(await response.json(), signIn);
  document.getElementById('where').textContent = about().name || 'console';
  buildFoot();
  await learnGrant();
  figures.start();
  document.addEventListener('sign-in', () => signIn());
  addEventListener('hashchange', () => {
    declined = false;
    show();
  });
  await show();
  await Promise.allSettled(VIEWS.map(([, , load]) => load()));
}

start().catch((failure) => main.replaceChildren(problemBox(failure, () => location.reload())));
