import { connect } from './sse-bridge.js';
import { createLog, show } from './log.js';

const form = document.getElementById('form');
const target = document.getElementById('target');
const result = document.getElementById('result');
const log = createLog(document.getElementById('log'), document.getElementById('state'));

let path = '';
let stream = null;

function topicPath() {
  return `/topics/${encodeURIComponent(form.elements.topic.value)}`;
}

// Subscribes to the topic of the form, unless that is what we do already.
function subscribe() {
  if (path === topicPath()) {
    return;
  }
  stream?.close();
  path = topicPath();
  target.textContent = path;
  log.clear();
  stream = connect(path, { shared: true }); // or the seventh tab would not load, nor could the first publish
  show(stream, log);
}

// Once the stream is open, or could not be opened.
function answered(stream) {
  return new Promise((done) => {
    const seen = ({ state }) => state !== 'connecting' && done();
    stream.on('state', seen);
    seen(stream.state);
  });
}

async function publish() {
  subscribe();
  const type = form.elements.type.value;
  const headers = { 'content-type': 'text/plain; charset=utf-8' };
  let query = '';
  if (type) {
    query = `?event=${encodeURIComponent(type)}`;
  }
  result.className = '';
  result.textContent = 'sending';
  await answered(stream); // a topic that nobody has subscribed to keeps nothing
  try {
    const response = await fetch(path + query, { method: 'POST', headers, body: form.elements.message.value });
    const text = response.ok ? 'published' : `refused: ${response.status} ${await reason(response)}`;
    result.className = response.ok ? 'good' : 'bad';
    result.textContent = text;
  } catch (failure) {
    result.className = 'bad';
    result.textContent = `not sent: ${failure.message}`;
  }
}

async function reason(response) {
  const text = await response.text();
  try {
    const problem = JSON.parse(text);
    return problem.detail ?? problem.title ?? response.statusText;
  } catch {
    return text.slice(0, 200) || response.statusText;
  }
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  publish();
});
form.elements.topic.addEventListener('change', () => {
  if (form.elements.topic.value) {
    subscribe();
  }
});
subscribe();
