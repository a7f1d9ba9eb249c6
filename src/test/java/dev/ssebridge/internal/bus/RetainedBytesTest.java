package dev.ssebridge.internal.bus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetainedBytesTest {
  private final List<Long> asked = new ArrayList<>();
  private final List<Runnable> done = new ArrayList<>();

  @Test
  void roomIsMadeOnceAtATimeAndATenthMoreThanIsNeeded() {
    RetainedBytes retained =
        new RetainedBytes(
            100,
            (bytes, finished) -> {
              asked.add(bytes);
              done.add(finished);
            });
    retained.add(105);
    retained.add(5);
    assertThat(asked).containsExactly(15L);
    done.get(0).run();
    retained.add(10);
    assertThat(asked).containsExactly(15L, 30L);
  }

  @Test
  void aFailureToMakeRoomDoesNotKeepTheNextAttemptFromIt() {
    RetainedBytes retained =
        new RetainedBytes(
            100,
            (bytes, finished) -> {
              asked.add(bytes);
              throw new IllegalStateException("cannot, for a test");
            });
    retained.add(101);
    retained.add(1);
    assertThat(asked).containsExactly(11L, 12L);
  }
}
