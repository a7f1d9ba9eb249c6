package dev.ssebridge.internal.store.file;

/** Something that the writer is to do. All methods on its thread. */
interface Step {

  /** Whether it has to wait for what is being written now. */
  default boolean mustWait() {
    return false;
  }

  /**
   * Puts into the journal what is to be written, or nothing.
   *
   * @throws RuntimeException where it cannot be done; it is then {@link #failed}
   */
  void stage(Journal journal);

  /** What was put in is written, and forced onto the disk where that is asked for. */
  void done();

  /** Nothing of it is in the journal. */
  void failed(Throwable cause);

  /** Whether it can be done without the disk as well. */
  default boolean needsDisk() {
    return true;
  }
}
