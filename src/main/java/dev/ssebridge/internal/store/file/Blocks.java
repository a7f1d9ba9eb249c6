package dev.ssebridge.internal.store.file;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The blocks of a channel in the order of their sequences. Under the lock of its history. */
final class Blocks {
  private static final Block[] NONE = {};

  private Block[] blocks = NONE;
  private int start;
  private int size;

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  Block get(int index) {
    return blocks[start + index];
  }

  Block first() {
    return get(0);
  }

  Block last() {
    return get(size - 1);
  }

  void add(Block block) {
    if (start + size == blocks.length) {
      Block[] to = size * 2 >= blocks.length ? new Block[Math.max(2, size * 2)] : blocks;
      System.arraycopy(blocks, start, to, 0, size);
      if (to == blocks) {
        Arrays.fill(blocks, Math.max(size, start), start + size, null);
      }
      blocks = to;
      start = 0;
    }
    blocks[start + size++] = block;
  }

  @SuppressWarnings("NullAway") // what is let go of
  Block removeFirst() {
    Block removed = blocks[start];
    blocks[start++] = null;
    size--;
    if (size == 0) {
      blocks = NONE;
      start = 0;
    }
    return removed;
  }

  @SuppressWarnings("NullAway") // what is let go of
  Block removeLast() {
    Block removed = blocks[start + --size];
    blocks[start + size] = null;
    return removed;
  }

  /** The index of the first block that ends with this sequence or later; the size where none. */
  int find(long sequence) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (get(middle).last() < sequence) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Puts these in the place of those from one index to before another. */
  void replace(int from, int to, List<Block> others) {
    Block[] now = new Block[size - (to - from) + others.size()];
    System.arraycopy(blocks, start, now, 0, from);
    for (int i = 0; i < others.size(); i++) {
      now[from + i] = others.get(i);
    }
    System.arraycopy(blocks, start + to, now, from + others.size(), size - to);
    blocks = now;
    start = 0;
    size = now.length;
  }

  /** Where blocks are, as far as somebody wants them. */
  List<Extent> extents(long from, long upTo, long mostBytes) {
    List<Extent> extents = new ArrayList<>();
    long bytes = 0;
    for (int i = find(from); i < size(); i++) {
      Block block = get(i);
      if (block.first() > upTo) {
        break;
      }
      extents.add(Extent.of(block));
      // Some of the first block may be before what is wanted.
      bytes += block.first() < from ? 0 : block.frameBytes();
      if (bytes >= mostBytes) {
        break;
      }
    }
    return extents;
  }

  /** The newest blocks which have as much as that. */
  List<Extent> newestExtents(long upTo, long mostEvents, long mostBytes) {
    List<Extent> extents = new ArrayList<>();
    long bytes = 0;
    long count = 0;
    for (int i = size() - 1; i >= 0 && count < mostEvents && bytes <= mostBytes; i--) {
      Block block = get(i);
      if (block.last() <= upTo) {
        // One that goes beyond it has some of them, nobody knows how many.
        bytes += block.frameBytes();
        count += block.events();
      }
      if (block.first() <= upTo) {
        extents.add(0, Extent.of(block));
      }
    }
    return extents;
  }

  /** The blocks that may have an event of this time or later, from the first of them on. */
  @Nullable Extent extentSince(long time) {
    for (int i = 0; i < size(); i++) {
      if (get(i).newest() >= time) {
        return Extent.of(get(i));
      }
    }
    return null;
  }

  /** What it has in a segment, in runs without a hole. */
  List<List<Extent>> runsIn(Segment segment) {
    List<List<Extent>> runs = new ArrayList<>();
    long expected = -1;
    for (int i = 0; i < size(); i++) {
      Block block = get(i);
      if (block.segment() == segment) {
        if (block.first() != expected) {
          runs.add(new ArrayList<>());
        }
        runs.get(runs.size() - 1).add(Extent.of(block));
        expected = block.last() + 1;
      }
    }
    return runs;
  }
}
