// Who uses the console: the token (kept in this tab's session storage, never in an address) and what it permits.
const KEY = 'sse-bridge-console-token';

const listeners = new Set();
let kept = read();
let known = { user: null, admin: 'unknown' };

function read() {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null; // switched off: the token lives as long as the page
  }
}

function write(token) {
  try {
    if (token) {
      sessionStorage.setItem(KEY, token);
    } else {
      sessionStorage.removeItem(KEY);
    }
  } catch {
    // as above
  }
}

export const session = {
  get token() {
    return kept;
  },
  // 'write', 'read', 'none', or 'unknown' until the server was asked
  get grant() {
    return known.admin;
  },
  get user() {
    return known.user;
  },
  // Why a command is not for who uses this, in a sentence; null where it is.
  get whyNot() {
    switch (known.admin) {
      case 'read':
        return 'This needs the grant “admin: write”; yours is “admin: read”.';
      case 'none':
        return 'This needs the grant “admin: write”; sign in with a token that has it.';
      default:
        return null; // or nobody knows yet: the server decides
    }
  },
  signIn(token) {
    kept = token;
    write(token);
    session.learn({ user: null, admin: 'unknown' });
  },
  signOut() {
    session.signIn(null);
  },
  learn(what) {
    known = what;
    listeners.forEach((listener) => listener());
  },
  onChange(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
