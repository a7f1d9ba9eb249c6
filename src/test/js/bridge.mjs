// A server that answers as a bridge does: one log of numbered events, some of which it retains.
export class Bridge {
  constructor(machine, { retained = Infinity, retry = 1000 } = {}) {
    this.machine = machine;
    this.retained = retained;
    this.retry = retry;
    this.epoch = 'abc';
    this.count = 0;
    this.open = new Set();
    this.most = 0; // streams at a time
    machine.answer = (request, connection) => this.subscribe(request, connection);
  }

  id(number) {
    return `${this.epoch}-${number}`;
  }

  text(number) {
    return `id: ${this.id(number)}\ndata: ${number}\n\n`;
  }

  publish(events = 1) {
    for (let i = 0; i < events; i++) {
      const text = this.text(++this.count);
      this.streams().forEach((connection) => connection.write(text));
    }
  }

  streams() {
    return [...this.open].filter((connection) => this.machine.connections.has(connection));
  }

  heartbeat() {
    this.streams().forEach((connection) => connection.write(':\n\n'));
  }

  subscribe({ url, headers }, connection) {
    this.open.add(connection);
    this.machine.at(0, { do: (run) => run() }, () => (this.most = Math.max(this.most, this.streams().length)));
    const [, epoch, number] = /^(.*)-(\d+)$/.exec(headers['last-event-id'] ?? '') ?? [];
    const oldest = Math.max(0, this.count - this.retained);
    let at = this.count;
    let first = `retry: ${this.retry}\n`;
    if (number !== undefined) {
      at = epoch === this.epoch ? Math.max(oldest, +number) : oldest;
      const missed = epoch === this.epoch ? at - number : null;
      const reason = epoch === this.epoch ? 'evicted' : 'epoch';
      const gap = { from: headers['last-event-id'], to: this.id(at), missed, reason };
      first += missed === 0 ? '' : `event: sse.gap\ndata: ${JSON.stringify(gap)}\n`;
    } else if (url.includes('from=earliest')) {
      at = oldest;
    } else if (url.includes('last=')) {
      at = Math.max(oldest, this.count - /last=(\d+)/.exec(url)[1]);
    }
    let text = `${first}id: ${this.id(at)}\n\n`;
    for (let next = at + 1; next <= this.count; next++) {
      text += this.text(next);
    }
    connection.write(text);
  }
}
