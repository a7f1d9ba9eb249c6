package dev.ssebridge.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.address.AddressTemplate;
import io.vertx.core.http.HttpClientOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What remote ends name is remembered, and has a bound. */
class RememberedTest {
  private final ManualLoop loop = new ManualLoop();

  @Test
  void ofTheEventsOfAMeshTheNewestAreRemembered() {
    SeenEvents seen = new SeenEvents(3);
    for (String event : List.of("a", "b", "c", "d")) {
      assertThat(seen.add(new SeenEvents.Sighting(event))).isNull();
    }
    for (String event : List.of("b", "c", "d")) {
      assertThat(seen.add(new SeenEvents.Sighting(event))).as(event).isNotNull();
    }
    assertThat(seen.add(new SeenEvents.Sighting("a"))).as("forgotten").isNull();
    assertThat(seen.add(new SeenEvents.Sighting("b"))).as("pushed out by it").isNull();
  }

  @Test
  void aNameBeyondTheLimitIsNotRememberedNorIsAnyInAWindowOfNone() {
    Federation.Origin origin = new Federation.Origin("a", "1");
    Federation.Origin endless = new Federation.Origin("a", "1".repeat(2000));
    assertThat(new SeenEvents(3).key("news", origin)).isNotNull();
    assertThat(new SeenEvents(3).key("news", endless)).isNull();
    assertThat(new SeenEvents(0).key("news", origin)).isNull();
  }

  @Test
  void whoeverReadsAnAddressNowIsOfTheAudienceAlthoughNoEventWentThere() {
    Set<String> consumed = Set.of("t.a", "u.a", "t.b.c");
    Audience audience =
        new Audience(
            new ManualLoop(),
            AddressTemplate.parse("t.{type}"),
            "up",
            new SourceSurroundings(
                "b", 3, new SeenEvents(0), own -> false, List::of, new HttpClientOptions()),
            () -> consumed);
    assertThat(audience.addresses()).containsExactly("t.a");
  }

  @Test
  void ofTheAddressesOfATemplateTheNewestAreRemembered() {
    Audience audience =
        new Audience(
            new ManualLoop(),
            AddressTemplate.parse("t.{type}"),
            "up",
            new SourceSurroundings(
                "b", 3, new SeenEvents(0), own -> false, List::of, new HttpClientOptions()),
            Set::of);
    for (int i = 0; i <= Audience.MOST; i++) {
      audience.fed("t." + i);
    }
    assertThat(audience.addresses())
        .hasSize(Audience.MOST)
        .doesNotContain("t.0")
        .contains("t.1", "t." + Audience.MOST);
  }

  @Test
  void anAddressThatNoRouteCanHaveForItsLengthIsNotRemembered() {
    Audience audience = audience(Set.of());
    audience.fed("t." + "x".repeat(Audience.LONGEST));
    audience.fed("t.x");
    assertThat(audience.addresses()).containsExactly("t.x");
  }

  @Test
  void veryManyReadersAreAllToldInTheirTurn() {
    Set<String> consumed =
        IntStream.range(0, 3000).mapToObj(i -> "t." + i).collect(Collectors.toSet());
    Audience audience = audience(consumed);
    List<String> told = new ArrayList<>();
    List<Integer> turns = new ArrayList<>();
    loop.onDefer(() -> turns.add(told.size()));
    audience.tell(address -> told.add("down " + address));
    audience.tell(address -> told.add("open " + address));
    assertThat(turns).as("others had their turn").hasSizeGreaterThan(20).startsWith(256, 512);
    assertThat(told).hasSize(6000).doesNotHaveDuplicates();
    assertThat(told.subList(0, 3000)).allMatch(line -> line.startsWith("down"));
  }

  private Audience audience(Set<String> consumed) {
    return new Audience(
        loop,
        AddressTemplate.parse("t.{type}"),
        "up",
        new SourceSurroundings(
            "b", 3, new SeenEvents(0), own -> false, List::of, new HttpClientOptions()),
        () -> consumed);
  }
}
