import { duration } from './format.js';

export function legible(path) {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

// The status, where there is one and the reason does not begin with it.
export function statusBeside(reason, status) {
  return status && !reason?.startsWith(String(status)) ? status : null;
}

// One stream's connections: what the states that the module tells are called, and the marks that they make in a list.
export function createConnection(path) {
  let opened = 0;
  let lastId = '';

  function connected() {
    opened += 1;
    return opened === 1
      ? `Connected to ${legible(path)}`
      : `Connected again, connection ${opened}${lastId ? `, on from ${lastId}` : ''}`;
  }

  return {
    // An event or a mark has this id: what comes next comes after it.
    seen(id) {
      lastId = id || lastId;
    },
    // { kind, text, mark: { kind, text } or null, ended: nothing comes any more }
    read({ state, status, reason, retryInMs }) {
      const parts = [status !== 200 && statusBeside(reason, status), reason];
      const say = (...words) => words.filter(Boolean).join(' · ');
      const again = typeof retryInMs === 'number' ? `again in ${duration(retryInMs)}` : '';
      switch (state) {
        case 'connecting':
          return { kind: 'warn', text: 'connecting', mark: null, ended: false };
        case 'open':
          return { kind: 'good', text: 'open', mark: { kind: 'open', text: connected() }, ended: false };
        case 'closed':
          return {
            kind: 'bad',
            text: 'ended',
            mark: { kind: 'lost', text: say('Ended', ...parts, 'it is not tried again') },
            ended: true,
          };
        default:
          return {
            kind: 'bad',
            text: 'reconnecting',
            mark: { kind: 'lost', text: say(opened ? 'Connection lost' : 'No connection', ...parts, again) },
            ended: false,
          };
      }
    },
  };
}
