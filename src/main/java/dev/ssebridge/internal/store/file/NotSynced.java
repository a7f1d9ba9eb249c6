package dev.ssebridge.internal.store.file;

import java.io.IOException;
import java.util.function.Consumer;

/** The disk could not be forced to have what was written before. */
record NotSynced(IOException cause, Consumer<IOException> then) implements Step {
  @Override
  public void stage(Journal journal) {
    journal.giveUp();
  }

  @Override
  public void done() {
    then.accept(cause);
  }

  @Override
  public void failed(Throwable ignored) {
    // Something else is wrong already, and another segment is begun in any case.
  }
}
