// What views are made of.
import { poll } from './api.js';
import { h, icon } from './dom.js';
import { visible } from './format.js';
import { session } from './session.js';

// The head of a view: its name, what it is for, and commands.
export function head(title, purpose, ...tools) {
  return h(
    'header',
    { class: 'head' },
    h('div', { class: 'head-text' }, h('h1', { tabindex: '-1' }, title), h('p', { class: 'soft' }, purpose)),
    tools.length ? h('div', { class: 'head-tools' }, ...tools) : null,
  );
}

export function button(label, onclick, options = {}) {
  const { sign, kind = '', ...rest } = options;
  return h('button', { type: 'button', class: kind, onclick, ...rest }, sign ? icon(sign) : null, h('span', {}, label));
}

// A button for what needs the grant to write. Who has not keeps it in view, and hears why it does nothing.
export function commandButton(label, onclick, options = {}) {
  const made = button(label, (event) => made.getAttribute('aria-disabled') !== 'true' && onclick(event), options);
  allow(made);
  return made;
}

export function allow(made) {
  const reason = session.whyNot;
  if (reason) {
    made.setAttribute('aria-disabled', 'true');
    made.title = reason;
  } else {
    made.removeAttribute('aria-disabled');
    made.removeAttribute('title');
  }
}

// Says once, in view, why commands are disabled; empty for who may.
export function grantNote() {
  const note = h('p', { class: 'note', hidden: true });
  function show() {
    note.textContent = session.whyNot ? `Read only. ${session.whyNot}` : '';
    note.hidden = session.grant !== 'read'; // who has none is told so by what is refused
  }
  show();
  const stop = session.onChange(show);
  return { element: note, stop };
}

// What went wrong: what was expected, what came, and what to do.
export function problemBox(problem, retry) {
  const status = problem.status ? `${problem.status} ${problem.title}` : (problem.title ?? 'Something went wrong');
  const what = {
    401: 'Sign in with a token that is valid here.',
    403: 'Use a token that has this grant, or ask who runs the bridge for it.',
    404: 'Look at the address, or whether the configuration has changed.',
    429: 'Wait a little: too much came from this machine.',
    503: 'Try again in a moment.',
  }[problem.status];
  return h(
    'div',
    { class: 'state-box bad', role: 'alert' },
    icon('warn'),
    h(
      'div',
      {},
      h('p', { class: 'state-title' }, status),
      h('p', { class: 'state-detail' }, problem.message),
      what ? h('p', { class: 'soft' }, what) : null,
      h(
        'div',
        { class: 'tools' },
        problem.status === 401
          ? button('Sign in', () => document.dispatchEvent(new CustomEvent('sign-in')), { kind: 'primary' })
          : null,
        retry ? button('Try again', retry) : null,
      ),
    ),
  );
}

// The same where a view asks again and again: what stays the same is not said again, nor does it lose the focus. What
// is not for who uses this any more goes from the view; what could not be asked for stays in it.
function showProblem(area, place, problem, retry) {
  const text = `${problem.status} ${problem.message}`;
  if (area.dataset.problem !== text) {
    area.dataset.problem = text;
    area.replaceChildren(problemBox(problem, retry));
  }
  if (problem.status === 401 || problem.status === 403) {
    place.replaceChildren();
  }
}

function clearProblem(area) {
  if (area.dataset.problem) {
    delete area.dataset.problem;
    area.replaceChildren();
  }
}

// Asks again and again, and shows what comes. Where that fails the view says so, until it goes again.
export function watch(everyMillis, area, place, request, show) {
  const polling = poll(everyMillis, async (signal) => {
    try {
      const answer = await request(signal);
      clearProblem(area);
      const begun = performance.now();
      show(answer);
      place.getBoundingClientRect(); // has it laid out, which is what takes long
      return performance.now() - begun;
    } catch (problem) {
      if (!signal.aborted) {
        showProblem(area, place, problem, () => polling.now());
      }
      return 0;
    }
  });
  return polling;
}

export function emptyBox(title, ...children) {
  return h(
    'div',
    { class: 'state-box' },
    h(
      'div',
      {},
      h('p', { class: 'state-title' }, title),
      ...children.map((child) => (typeof child === 'string' ? h('p', { class: 'soft' }, child) : child)),
    ),
  );
}

export function field(label, input, hint) {
  return h(
    'label',
    { class: 'field' },
    h('span', { class: 'field-name' }, label),
    input,
    hint ? h('span', { class: 'hint' }, hint) : null,
  );
}

export function select(options, value, onchange, more = {}) {
  const made = h('select', { onchange, ...more });
  setOptions(made, options);
  made.value = value;
  return made;
}

// How many rows a view asks for.
export function rowLimit(onchange) {
  const most = [
    ['50', '50'],
    ['200', '200'],
    ['1000', '1,000'],
  ];
  return select(most, '50', onchange);
}

export function setOptions(made, options) {
  const kept = made.value;
  made.replaceChildren(...options.map(([id, text]) => h('option', { value: id }, text)));
  made.value = kept;
}

export function toast(text, kind = '') {
  const area = document.getElementById('toasts');
  const made = h('p', { class: `toast ${kind}` }, text);
  area.append(made);
  while (area.childElementCount > 3) {
    area.firstElementChild.remove();
  }
  setTimeout(() => made.remove(), kind === 'bad' ? 8000 : 3500);
}

// For screen readers.
export function announce(text) {
  document.getElementById('announce').textContent = text;
}

// A dialog over the page; resolves with what its form was submitted with, null where it was left.
export function ask(title, build, submitLabel, kind = '') {
  const opener = document.activeElement;
  return new Promise((resolve) => {
    const { children, value = () => true, focus } = build();
    const cancel = button('Cancel', () => dialog.close());
    const submit = h('button', { type: 'submit', class: `primary ${kind}` }, submitLabel);
    let result = null;
    const form = h(
      'form',
      {
        onsubmit: (event) => {
          event.preventDefault();
          result = value();
          dialog.close();
        },
      },
      h('h2', { id: 'dialog-title' }, title),
      ...children,
      h('div', { class: 'dialog-tools' }, cancel, submit),
    );
    const dialog = h('dialog', { 'aria-labelledby': 'dialog-title' }, form);
    dialog.addEventListener('close', () => {
      dialog.remove();
      opener?.focus?.();
      resolve(result);
    });
    document.body.append(dialog);
    dialog.showModal();
    (focus ?? cancel).focus();
  });
}

export async function confirm(title, text, label) {
  return (await ask(title, () => ({ children: [h('p', {}, visible(text))] }), label, 'danger')) !== null;
}

// To the clipboard; on plain HTTP to another machine a page has none, and the older way serves.
export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = h('textarea', { class: 'visually-hidden', 'aria-hidden': 'true' });
    area.value = text;
    (document.querySelector('dialog[open]') ?? document.body).append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    if (!done) {
      toast('Not copied: this browser does not permit it here. Select the text and copy it by hand.', 'bad');
      return;
    }
  }
  toast(`${what} copied`);
}
