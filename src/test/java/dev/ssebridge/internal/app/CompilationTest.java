package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CompilationTest {
  private long now = Long.MAX_VALUE - Compilation.WINDOW_NANOS; // a clock may overflow
  private long compiled = 1000;
  private final Compilation compilation = new Compilation(() -> now, () -> compiled);

  @Test
  void itIsOverWhenLittleWasCompiledForSomeWindows() {
    windows(Compilation.QUIET_WINDOWS - 1, Compilation.QUIET_MILLIS - 1);
    assertThat(compilation.isOver()).isFalse();

    windows(1, Compilation.QUIET_MILLIS - 1);
    assertThat(compilation.isOver()).isTrue();
  }

  @Test
  void oneLongCompilationThatEndsBeginsTheCountAnew() {
    windows(Compilation.QUIET_WINDOWS - 1, 0);
    windows(1, Compilation.QUIET_MILLIS);
    windows(Compilation.QUIET_WINDOWS - 1, 0);
    assertThat(compilation.isOver()).isFalse();

    windows(1, 0);
    assertThat(compilation.isOver()).isTrue();
  }

  @Test
  void aMomentSaysNothing() {
    for (int i = 0; i < 100; i++) {
      assertThat(compilation.isOver()).isFalse();
    }
  }

  @Test
  void aJvmThatDoesNotTellIsNeverOver() {
    Compilation unknown = new Compilation(() -> now, () -> -1);
    for (int i = 0; i < 100; i++) {
      now += Compilation.WINDOW_NANOS;
      assertThat(unknown.isOver()).isFalse();
    }
  }

  private void windows(int count, long compiledInEach) {
    for (int i = 0; i < count; i++) {
      now += Compilation.WINDOW_NANOS;
      compiled += compiledInEach;
      compilation.isOver();
    }
  }
}
