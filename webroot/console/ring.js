// The newest items, numbered in their order, within two bounds: how many, and how many bytes they hold. The oldest fall
// out. Numbers are never given twice.
export class Ring {
  constructor(mostItems, mostBytes) {
    this.mostItems = mostItems;
    this.mostBytes = mostBytes;
    this.slots = new Array(mostItems);
    this.first = 0; // the oldest that is there
    this.next = 0; // the number that the next one gets
    this.bytes = 0;
    this.fallen = 0; // how many fell out
  }

  push(item) {
    item.number = this.next;
    item.weight = itemWeight(item);
    while (
      this.next - this.first >= this.mostItems ||
      (this.first < this.next && this.bytes + item.weight > this.mostBytes)
    ) {
      this.drop();
    }
    this.slots[this.next % this.mostItems] = item;
    this.bytes += item.weight;
    this.next += 1;
  }

  drop() {
    const at = this.first % this.mostItems;
    this.bytes -= this.slots[at].weight;
    this.slots[at] = undefined;
    this.first += 1;
    this.fallen += 1;
  }

  at(number) {
    return number >= this.first && number < this.next ? this.slots[number % this.mostItems] : undefined;
  }

  clear() {
    this.slots.fill(undefined);
    this.first = this.next;
    this.bytes = 0;
    this.fallen = 0;
  }
}

// A text in memory has one or two bytes for each of its units; what else an item has is small.
function itemWeight(item) {
  return 200 + 2 * (item.data?.length ?? 0);
}

// Those of a ring that pass a test, in their order. They are looked at in slices, so that a new test over many items,
// or a flood of new ones, holds no frame up.
export class Sifted {
  constructor(ring) {
    this.ring = ring;
    this.test = () => true;
    this.numbers = [];
    this.head = 0; // those before it fell out
    this.spliced = 0; // so many before the first of numbers are forgotten
    this.cursor = 0; // looked at next
    this.end = Infinity; // not looked at from here on: where it was paused
  }

  sift(test) {
    this.test = test;
    this.numbers = [];
    this.head = 0;
    this.spliced = 0;
    this.cursor = this.ring.first;
  }

  get length() {
    return this.numbers.length - this.head;
  }

  // How many passed, and fell out.
  get dropped() {
    return this.spliced + this.head;
  }

  at(index) {
    return this.ring.at(this.numbers[this.head + index]);
  }

  // The place of a number, or where it would be.
  indexOf(number) {
    let low = this.head;
    let high = this.numbers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.numbers[middle] < number) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - this.head;
  }

  // Looks at more of them, for some milliseconds. How many fell out at the front, and whether all were looked at.
  advance(millis) {
    const { ring, numbers } = this;
    let fallen = 0;
    while (this.head < numbers.length && numbers[this.head] < ring.first) {
      this.head += 1;
      fallen += 1;
    }
    if (this.head > 2048 && this.head * 2 > numbers.length) {
      numbers.splice(0, this.head);
      this.spliced += this.head;
      this.head = 0;
    }
    this.cursor = Math.max(this.cursor, ring.first);
    const stop = Math.min(ring.next, this.end);
    const until = performance.now() + millis;
    for (let looked = 0; this.cursor < stop; this.cursor += 1) {
      if (this.test(ring.at(this.cursor))) {
        numbers.push(this.cursor);
      }
      looked += 1;
      if (looked % 64 === 0 && performance.now() > until) {
        this.cursor += 1;
        break;
      }
    }
    return { fallen, done: this.cursor >= stop };
  }
}
