package dev.ssebridge.internal.store.file;

import dev.ssebridge.spi.HistoryRetention;

/** Keeps more of a channel, or less. */
final class RetainStep implements Step {
  private final OpenHistory channel;
  private final HistoryRetention retention;

  RetainStep(OpenHistory channel, HistoryRetention retention) {
    this.channel = channel;
    this.retention = retention;
  }

  @Override
  public boolean mustWait() {
    // What is written of the channel must be where it is.
    return channel.history().isStaged();
  }

  @Override
  public void stage(Journal journal) {
    FileHistory history = channel.history();
    if (!history.retention().equals(retention)) {
      history.retain(retention, journal.now());
      OpenStep.write(history, journal);
    }
  }

  @Override
  public void done() {}

  @Override
  public void failed(Throwable cause) {
    // It counts until the process ends, and the next table has it.
  }
}
