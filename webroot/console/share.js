import { h } from './dom.js';
import { optionsOf, urlOf } from './feed.js';
import { button, copy } from './parts.js';
import { session } from './session.js';
import { curl, java, javaScript } from './snippets.js';

const DEFAULTS = { gapType: 'sse.gap', heartbeat: 15_000 }; // of connect()

// The stream that is shown, said in other languages.
export function showSnippets(wish, selectedId) {
  const opener = document.activeElement;
  const start = selectedId ? { kind: 'id', value: selectedId } : wish.start;
  const lastEventId = start.kind === 'id' ? start.value : '';
  const url = urlOf(wish.path, start, wish.addresses);
  const plain = urlOf(wish.path, { kind: 'now' }, wish.addresses);
  const options = {
    ...optionsOf(start),
    gapType: wish.gapType === DEFAULTS.gapType ? undefined : wish.gapType,
    heartbeat: wish.heartbeat === DEFAULTS.heartbeat ? undefined : wish.heartbeat,
  };
  const languages = [
    ['curl', curl(url, lastEventId)],
    ['JavaScript', javaScript(plain, options)],
    ['Java', java(url, lastEventId)],
  ];
  const code = h('pre', { class: 'raw', tabindex: '0', 'aria-label': 'Code' });
  const buttons = languages.map(([name], at) => button(name, () => show(at), { kind: 'small' }));
  let shown = 0;

  function show(at) {
    shown = at;
    code.textContent = languages[at][1];
    buttons.forEach((each, index) => each.setAttribute('aria-pressed', String(index === at)));
  }

  const dialog = h(
    'dialog',
    { class: 'wide', 'aria-labelledby': 'snippets-title' },
    h(
      'form',
      { method: 'dialog' },
      h('h2', { id: 'snippets-title' }, 'Copy as'),
      h('div', { class: 'tools', role: 'group', 'aria-label': 'Language' }, ...buttons),
      code,
      h(
        'p',
        { class: 'hint' },
        selectedId ? 'Begins after the event that is selected. ' : '',
        session.token
          ? 'Your token is not written here: put it into the variable TOKEN, or into what myToken() gives.'
          : '',
      ),
      h(
        'div',
        { class: 'dialog-tools' },
        h('button', { type: 'submit' }, 'Close'),
        button('Copy', () => copy(languages[shown][1], languages[shown][0]), { kind: 'primary', sign: 'copy' }),
      ),
    ),
  );
  dialog.addEventListener('close', () => {
    dialog.remove();
    opener?.focus?.();
  });
  document.body.append(dialog);
  show(0);
  dialog.showModal();
  buttons[0].focus();
}
