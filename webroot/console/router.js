// Views are in the hash: #/live?path=/topics/weather&from=earliest. What can be told to a colleague is in the address;
// a token never is.
export function parse(hash) {
  const [path, query = ''] = hash.replace(/^#\/?/, '').split(/\?(.*)/s);
  return { view: path, parameters: new URLSearchParams(query) };
}

// As few escapes as an address permits: paths stay legible.
export function format(view, parameters) {
  const query = [];
  for (const [name, value] of parameters instanceof URLSearchParams ? parameters : Object.entries(parameters ?? {})) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined && each !== null && each !== '') {
        query.push(
          `${name}=${encodeURIComponent(each).replace(/%2F/g, '/').replace(/%3A/g, ':').replace(/%24/g, '$')}`,
        );
      }
    }
  }
  return `#/${view}${query.length ? `?${query.join('&')}` : ''}`;
}

// Says in the address what a view shows now, without a step in the history for each key that is pressed.
export function note(view, parameters) {
  const hash = format(view, parameters);
  if (location.hash !== hash && parse(location.hash).view === view) {
    // else somebody has gone to another one already
    history.replaceState(history.state, '', hash);
  }
}
