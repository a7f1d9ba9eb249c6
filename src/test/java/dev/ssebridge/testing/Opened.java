package dev.ssebridge.testing;

import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What a test has opened: the last one is closed first, and all of them are, whatever fails. It can
 * be used again after that. Only the thread of the test.
 */
public final class Opened implements AutoCloseable {
  private final Deque<AutoCloseable> all = new ArrayDeque<>();

  /** Another one. */
  public <T extends AutoCloseable> T add(T one) {
    all.push(one);
    return one;
  }

  /** Another Vert.x. */
  public Vertx add(Vertx vertx) {
    add(() -> BridgeFixture.get(vertx.close()));
    return vertx;
  }

  /** Fails with the first failure of any of them. */
  @Override
  public void close() {
    @Nullable AssertionError failed = null;
    while (!all.isEmpty()) {
      try {
        all.pop().close();
      } catch (Exception | AssertionError e) {
        if (failed == null) {
          failed = new AssertionError("could not be closed: " + e, e);
        } else {
          failed.addSuppressed(e);
        }
      }
    }
    if (failed != null) {
      throw failed;
    }
  }
}
