package dev.ssebridge.internal.web;

import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;

/** The same without a worker. */
@Tag("heavy")
class SharedTabsTrialsInEachWayBrowserTest extends SharedTabsTrialsBrowserTest {
  @Override
  Stream<Sharing> ways() {
    return Stream.of(Sharing.LOCKS, Sharing.HEARTBEATS);
  }
}
