package dev.ssebridge.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One run of an application that publishes on its event bus, and the file in which it counts. Any
 * thread.
 */
public final class BusRun {
  /** Bytes of the file: what it has begun to publish, what it has published, and 1 at its end. */
  static final int SIZE = 3 * Long.BYTES;

  private static final int LONGEST_TAIL = 200;

  private final String name;
  private final Path count;
  private volatile boolean killed;

  BusRun(String name, Path count) {
    this.name = name;
    this.count = count;
  }

  /** What all its messages begin with. */
  public String name() {
    return name;
  }

  /** It was ended with SIGKILL: what it published last may be lost with it. */
  void killed() {
    killed = true;
  }

  /** Whether it was. */
  public boolean isKilled() {
    return killed;
  }

  /** How many it has published, or was about to. */
  public long begun() {
    return read(0);
  }

  /** How many it has published. */
  public long published() {
    return read(1);
  }

  /** Whether it publishes no more. */
  public boolean isQuiet() {
    return read(2) == 1;
  }

  private long read(int index) {
    try {
      byte[] bytes = Files.exists(count) ? Files.readAllBytes(count) : new byte[0];
      return bytes.length < SIZE ? 0 : ByteBuffer.wrap(bytes).getLong(index * Long.BYTES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its message with this number, from 1. */
  public String text(long number) {
    return text(name, number);
  }

  static String text(String name, long number) {
    return name + "-" + number + " " + "x".repeat((int) (number * 31 % LONGEST_TAIL));
  }

  @Override
  public String toString() {
    return name + " begun " + begun() + " published " + published() + " killed " + killed;
  }
}
