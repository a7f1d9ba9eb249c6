package dev.ssebridge.internal.store.file;

import io.vertx.core.Promise;

/** Nobody has a channel open any more. */
final class CloseStep implements Step {
  private final OpenHistory channel;
  private final Promise<Void> promise;

  CloseStep(OpenHistory channel, Promise<Void> promise) {
    this.channel = channel;
    this.promise = promise;
  }

  @Override
  public void stage(Journal journal) {
    detach();
  }

  private void detach() {
    FileHistory history = channel.history();
    if (history.open() == channel) {
      history.open(null);
    }
  }

  @Override
  public void done() {
    detach();
    channel.onContext(promise::tryComplete);
  }

  @Override
  public void failed(Throwable cause) {
    // The store is closed, or fails: whatever it is, nobody is told any more.
    done();
  }

  @Override
  public boolean needsDisk() {
    return false;
  }
}
