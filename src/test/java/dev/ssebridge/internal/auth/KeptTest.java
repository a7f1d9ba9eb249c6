package dev.ssebridge.internal.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What was verified is remembered, but not for ever, and not without end. */
class KeptTest {
  private final AtomicLong clock = new AtomicLong(1000);

  @Test
  void valueIsKeptUntilItsTime() {
    Kept<String> kept = new Kept<>(10, clock::get);
    kept.put(Digest.of("a"), "A", 2000);

    assertThat(kept.get(Digest.of("a"))).isEqualTo("A");
    assertThat(kept.get(Digest.of("b"))).isNull();
    clock.set(1999);
    assertThat(kept.get(Digest.of("a"))).isEqualTo("A");
    clock.set(2000);
    assertThat(kept.get(Digest.of("a"))).isNull();
    assertThat(kept.size()).isZero();
  }

  @Test
  void thereAreNeverMoreThanTheLimitAndWhatIsAskedForStays() {
    Kept<Integer> kept = new Kept<>(10, clock::get);
    kept.put(Digest.of("asked"), -1, Long.MAX_VALUE);
    for (int i = 0; i < 1000; i++) {
      kept.put(Digest.of("other", Integer.toString(i)), i, Long.MAX_VALUE);
      assertThat(kept.get(Digest.of("asked"))).isEqualTo(-1);
      assertThat(kept.size()).isLessThanOrEqualTo(10);
    }
    assertThat(kept.get(Digest.of("other", "999"))).isEqualTo(999);
    assertThat(kept.get(Digest.of("other", "0"))).isNull();
  }

  @Test
  void thereAreNeverMoreThanTheLimitThoughAllAreAskedFor() {
    Kept<Integer> kept = new Kept<>(100, clock::get);
    for (int i = 0; i < 1000; i++) {
      kept.put(Digest.of(Integer.toString(i)), i, Long.MAX_VALUE);
      for (int j = 0; j <= i; j++) {
        kept.get(Digest.of(Integer.toString(j)));
      }
    }
    assertThat(kept.size()).isLessThanOrEqualTo(100);
  }

  @Test
  void anotherValueForTheSameReplacesIt() {
    Kept<String> kept = new Kept<>(2, clock::get);
    for (int i = 0; i < 10; i++) {
      kept.put(Digest.of("a"), "A" + i, Long.MAX_VALUE);
    }
    assertThat(kept.get(Digest.of("a"))).isEqualTo("A9");
    kept.remove(Digest.of("a"));
    assertThat(kept.get(Digest.of("a"))).isNull();
  }

  @Test
  void digestTellsWhereOnePartEnds() {
    assertThat(Digest.of("a", "bc"))
        .isNotEqualTo(Digest.of("ab", "c"))
        .isEqualTo(Digest.of("a", "bc"));
    assertThat(Digest.of("secret").toString()).isEqualTo("Digest[]");
  }
}
