import { session } from './session.js';

// Every request of the console goes through here: to the admin interface, or to the routes that it serves. Both come of
// setup.json, and both are of this host: an address of another one is refused before a byte leaves.
let setup = { admin: '../', routes: '../', program: false, version: '', name: '' };
let onRefused = () => {};

export function configure(given, refused) {
  setup = { ...setup, ...given };
  onRefused = refused;
}

export function about() {
  return setup;
}

// What an answer that is no success says: a problem of RFC 9457, or as much as there is.
export class ProblemError extends Error {
  constructor(status, title, detail) {
    super(detail || title);
    this.status = status;
    this.title = title;
    this.detail = detail;
  }
}

function own(base, path) {
  // With a dot, so that neither a colon nor a backslash makes it an address of another host.
  const url = new URL(`./${path.replace(/^\/+/, '')}`, new URL(base, document.baseURI));
  if (url.origin !== location.origin) {
    throw new Error(`expected an address of ${location.origin}, got one of ${url.origin}`);
  }
  return url;
}

export function adminUrl(path) {
  return own(setup.admin, path);
}

// Where a route of the bridge is; null where this server does not serve them.
export function routeUrl(path) {
  return setup.routes === null || setup.routes === undefined ? null : own(setup.routes, path);
}

export function headers(more = {}) {
  return session.token ? { authorization: `Bearer ${session.token}`, ...more } : more;
}

// A stream was told that nobody has signed in.
export function refused(reason) {
  onRefused(new ProblemError(401, 'Unauthorized', reason));
}

export async function problemOf(response) {
  const text = (await response.text().catch(() => '')).slice(0, 4000);
  let title = response.statusText || `Status ${response.status}`;
  let detail = text;
  try {
    const problem = JSON.parse(text);
    title = problem.title ?? title;
    detail = problem.detail ?? problem.problems?.join('\n') ?? text;
  } catch {
    if (/^\s*</.test(text)) {
      const page = /<title>([^<]*)</i.exec(text)?.[1] ?? 'an HTML page';
      detail = `expected an answer of the bridge, got a page of a server before it: ${page}`;
    }
    // other text says it itself
  }
  return new ProblemError(response.status, title, detail);
}

// A request to the admin interface. Its answer as JSON, or null where it has no body; otherwise a ProblemError.
export async function ask(method, path, options = {}) {
  const { body, signal, accept = [200, 204] } = options;
  const { token } = session;
  let response;
  try {
    response = await fetch(adminUrl(path), {
      method,
      signal,
      cache: 'no-store',
      credentials: 'same-origin',
      headers: headers(body === undefined ? { accept: 'application/json' } : { 'content-type': 'application/json' }),
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (failure) {
    if (signal?.aborted) {
      throw failure;
    }
    throw new ProblemError(0, 'No answer', 'The bridge does not answer. Is it running, and is the network there?');
  }
  if (!accept.includes(response.status)) {
    const problem = await problemOf(response);
    if (problem.status === 401 && token === session.token) {
      onRefused(problem); // not where somebody has signed in meanwhile
    }
    throw problem;
  }
  return response.status === 204 ? null : response.json();
}

export function get(path, options) {
  return ask('GET', path, options);
}

// Asks who this is, where the server has an answer to that. Where it has none, a command that is refused tells it.
export async function learnGrant() {
  if (!setup.whoami) {
    return;
  }
  try {
    const who = await ask('GET', setup.whoami);
    session.learn({ user: who.user ?? null, admin: who.admin ?? 'unknown' });
  } catch (problem) {
    session.learn({ user: null, admin: { 401: 'none', 403: 'none' }[problem.status] ?? 'unknown' });
  }
}

// A command: what changes something. Whoever may not is known for that from then on.
export async function command(method, path, options) {
  try {
    return await ask(method, path, options);
  } catch (problem) {
    if (problem.status === 403) {
      session.learn({ user: session.user, admin: 'read' });
    }
    throw problem;
  }
}

// No more than this part of the time is for showing what comes.
const SHOWING_PART = 0.1;

// Calls again and again, never two at a time, and not while nobody looks. The action may answer how many milliseconds
// it took to show what it got: where that is long, as with a table of a thousand rows, it is called less often.
export function poll(everyMillis, action) {
  const abort = new AbortController();
  let timer = 0;
  let running = false;
  let wanted = false;
  let spent = 0;
  async function turn() {
    clearTimeout(timer);
    if (running) {
      wanted = true;
      return;
    }
    running = true;
    do {
      wanted = false;
      if (!document.hidden) {
        spent = (await action(abort.signal)) ?? 0;
      }
    } while (wanted && !abort.signal.aborted);
    running = false;
    if (!abort.signal.aborted) {
      timer = setTimeout(turn, Math.max(everyMillis, spent / SHOWING_PART));
    }
  }
  const seen = () => !document.hidden && !abort.signal.aborted && turn();
  document.addEventListener('visibilitychange', seen);
  turn();
  return {
    now: turn,
    stop() {
      abort.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', seen);
    },
  };
}
