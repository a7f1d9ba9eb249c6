// A program that follows a real bridge until it has had ten events, and then ends because nothing is left of it.
const [module, url, options] = process.argv.slice(2);
const { connect } = await import(module);
const s = connect(url, JSON.parse(options));
const got = [];
const states = [];
s.on('state', ({ state }) => states.push(state));
for await (const event of s) {
  got.push(event.data);
  if (got.length === 10) {
    break;
  }
}
s.close();
console.log([...got, ...states].join(' '));
